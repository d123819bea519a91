import Definitions
import Foundation
import PipelineCore
import Transport

@testable import Labelling

extension Parser {
    /// A body is decoded by the type of its route; here every type has its try.
    func readRequest(_ bytes: [UInt8]) throws {
        let data = Data(bytes)
        try anyOf(
            { try decode(LeaseRequest.self, data) }, { try decode(Renewal.self, data) },
            { try judge(try decode(ReleaseRequest.self, data).reason) },
            { judge(try decode(CompletionRequest.self, data).canary) },
            { try decode(ReadmissionRequest.self, data) },
            { try decode(WorkerTrustRequest.self, data) },
            { try decode(OrderRequest.self, data) }, { try decode(TokenRequest.self, data) },
            { try decode(TokenRevocation.self, data) },
            { _ = try decode(RunSubmission.self, data).definition.digest })
    }

    /// Has hosts say a canary and another one; whoever repeats it is never found wrong.
    private func judge(_ canary: CanaryLogits?) {
        guard let canary, canary.isWellFormed else { return }
        let plain = CanaryLogits(members: [CanaryLogits.Member(name: "stub", sampling: [1, 2])])
        for first in [canary, plain] {
            var log = CanaryLog()
            _ = log.hear(first, from: "a")
            _ = log.hear(canary, from: "b")
            _ = log.hear(plain, from: "c")
            check(log.hear(first, from: "a").isEmpty, "'\(first)' differs from itself")
        }
    }

    /// Holds a release against a shard, and all that it falls apart into, over and over: no image
    /// is lost, whatever rows are blamed.
    private func judge(_ reason: HandBack) throws {
        let claim = LeaseClaim(
            worker: "w", secret: "s", term: .seconds(60), now: Tick(nanoseconds: 0))
        let run = try Sample().run
        var parts = [
            ShardLifecycle(ShardRange(index: 0, firstRow: 15, count: 64, offset: 0, length: 1))
        ]
        for _ in 0..<3 {
            for index in parts.indices where parts[index].lease(for: claim) {
                let ticket = LeaseTicket(
                    run: run, shard: 0, epoch: parts[index].epoch, secret: claim.secret)
                parts += try parts[index].release(ticket, reason, limit: 3)
            }
        }
        check(parts.reduce(0) { $0 + $1.range.count } == 64, "\(parts.map(\.range))")
    }

    /// As ``readRequest(_:)``, with the sums that a display makes of counts.
    func readAnswer(_ bytes: [UInt8]) throws {
        let data = Data(bytes)
        try anyOf(
            { sum(try decode(Run.self, data).counts) },
            {
                let status = try decode(RunStatus.self, data)
                sum(status.run.counts)
                check(status.holders.reduce(0) { $0 + $1.progress } >= 0, "\(status.holders)")
            },
            { for run in try decode(RunList.self, data).runs { sum(run.counts) } },
            { try decode(QuarantineList.self, data) },
            { try decode(Lease.self, data) }, { try decode(CompletionAnswer.self, data) },
            { try decode(Problem.self, data) }, { try decode(Introduction.self, data) },
            { try decode(TokenList.self, data) })
    }

    private func sum(_ counts: RunCounts) {
        check(counts.labelled + counts.failed >= 0, "\(counts)")
        _ = counts.shardsQueued
    }

    /// The first line is when to come again, the second the server's own time.
    func readRetry(_ bytes: [UInt8]) {
        let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
            .map { String(decoding: $0, as: UTF8.self) }
        var headers = ["retry-after": lines[0]]
        if lines.count > 1 { headers["date"] = lines[1] }
        let wait = HTTPResponse(status: 503, headers: headers).retryAfter(at: 1_700_000_000)
        if let wait { check(.zero...HTTPResponse.longestRetryAfter ~= wait, "\(wait)") }
    }

    /// What is written again and read again is the same.
    func readManifest(_ bytes: [UInt8]) throws {
        let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        for line in lines {
            let entry = try ManifestLine.parse(line)
            check(
                entry.isRemote || entry.container.staysBeneath, "a path leaves the dataset")
            let again = try? ManifestLine.parse(ManifestLine.encode(entry))
            check(again == entry, "\(entry) comes back as \(String(describing: again))")
        }
    }

    /// Whatever the leases are, telling of them again must be possible.
    func readMarker(_ bytes: [UInt8]) throws {
        guard let marker = MarkerReader(Data(bytes)) else {
            throw Nothing(description: "no marker")
        }
        for lease in marker.leases {
            check(lease.mark?.rows?.isEmpty != true, "a mark that blames nothing")
            _ = try JSONEncoder().encode(ReleaseRequest(ticket: lease.ticket, crash: lease.mark))
        }
    }

    /// The text of a definition file, as the command line hands it on.
    func readDefinition(_ bytes: [UInt8]) throws {
        let parser = DefinitionParser(models: ["efficientnet_lite0", "efficientnet_lite1"])
        let definition = try parser.parse(
            String(decoding: bytes, as: UTF8.self), file: "definition.yaml")
        check((1...100).contains(definition.top) && !definition.members.isEmpty, "\(definition)")
        _ = try definition.digest
    }

    /// Decodes a message; one that makes sense comes back the same from its own JSON.
    @discardableResult
    func decode<Message: Codable & Equatable>(
        _ type: Message.Type, _ data: Data
    ) throws -> Message {
        let message = try JSONDecoder().decode(type, from: data)
        let again = try JSONDecoder().decode(type, from: JSONEncoder().encode(message))
        check(again == message, "\(message) comes back as \(again)")
        return message
    }

    private func anyOf(_ attempts: () throws -> Void...) throws {
        var failure: (any Error)?
        for attempt in attempts {
            do { return try attempt() } catch { failure = failure ?? error }
        }
        if let failure { throw failure }
    }

    /// Ends the program where a parser broke its promise: that is what fuzzers notice.
    func check(_ isKept: Bool, _ what: @autoclosure () -> String) {
        precondition(isKept, what())
    }
}

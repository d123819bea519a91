import Foundation
import Models
import Networks
import PipelineCore
import Results

@testable import Labelling

/// Values of which seeds are written.
struct Sample {
    let run: RunID
    let digest = SHA256Digest(of: [1])
    let ticket: LeaseTicket
    let member: Member
    let definition: PipelineDefinition
    let range = ShardRange(index: 3, firstRow: 15, count: 2, offset: 900, length: 300)

    init() throws {
        guard let run = RunID("rg4lu427ljitk") else { throw Nothing(description: "no run") }
        self.run = run
        ticket = LeaseTicket(run: run, shard: 3, epoch: 1, secret: "0fa3b0a7510448b8")
        let artefact = Self.artefact(nodes: 3, source: SHA256Digest(of: [1]))
        member = Member(
            name: "lite0", model: "efficientnet_lite0", weights: SHA256Digest(of: [1]),
            precision: .int8, quantisation: artefact)
        definition = PipelineDefinition(name: "imagenet-fast", members: [member], shardSize: 64)
    }

    func requests() throws -> [[UInt8]] {
        let result = ShardResult(sha256: digest, labelled: 63, failed: 1)
        return [
            try json(LeaseRequest(worker: "host3-4711", version: "0.1.0")),
            try json(Renewal(ticket: ticket, progress: 17, begun: true)),
            try json(CompletionRequest(ticket: ticket, result: result)),
            try json(
                CompletionRequest(
                    ticket: ticket, result: result, computed: 63,
                    canary: CanaryLogits(members: [
                        CanaryLogits.Member(name: "stub", .bf16, sampling: [0.409, -1.058])
                    ]))),
            try json(
                ReleaseRequest(
                    ticket: ticket, failure: "out of memory",
                    crash: CrashMark(rows: [17], signal: 11))),
            try json(ReadmissionRequest(terms: .release)),
            try json(WorkerTrustRequest(worker: "host3", trusted: true)),
            try json(OrderRequest(order: .pause)),
            try json(TokenRequest(name: "host3", role: .worker, digest: digest, expires: 9)),
            try json(TokenRevocation(name: "host3", role: .worker)),
            try json(
                RunSubmission(
                    definition: definition, dataset: RelativePath(text: "/photos"),
                    manifest: digest, priority: 1)),
        ]
    }

    func answers() throws -> [[UInt8]] {
        let whole = Run(
            id: run, key: digest.hex, state: .open, dataset: RelativePath(text: "/photos"),
            definition: definition, manifest: digest, created: 1_795_463_861)
        let worker = WorkerStatus(name: "host3", version: "0.1.0", silence: 2.5, images: 128)
        let crash = Crash(
            worker: "host3", epoch: 1, images: 64, mark: CrashMark(rows: [17], signal: 11))
        let token =
            #"{"name":"host3","role":"worker","state":"valid","fingerprint":"4b3b5a7e09c1"}"#
        return [
            try json(whole), try json(RunList(runs: [whole], workers: [worker])),
            try json(
                RunStatus(run: whole, holders: [], imagesPerSecond: 41.3, secondsLeft: 93.2)),
            try json(
                QuarantineList(
                    images: [
                        QuarantinedImage(
                            run: run, row: 17, file: RelativePath(text: "a/b.png"),
                            crashes: [crash])
                    ], workers: [QuarantinedWorker(host: "host3", reason: "it lies")])),
            try json(Lease(run: run, shard: range, epoch: 1, secret: "0fa3", term: 60)),
            try json(CompletionAnswer(completion: .already)),
            try json(Problem(code: "stale-lease", message: "the lease has ended")),
            Array(
                #"{"protocolVersion":1,"time":1795463861.5,"token":\#(token),"version":"1"}"#.utf8),
            Array(#"{"tokens":[\#(token)]}"#.utf8),
        ]
    }

    func entries() -> [ImageEntry] {
        [
            ImageEntry(
                file: RelativePath(text: "cats/tabby.jpg"), size: 48213, sha256: digest,
                problem: nil),
            ImageEntry(
                file: RelativePath(text: #"dogs/\xFF.jpg"#), size: 0, sha256: nil,
                problem: "Permission denied"),
        ]
    }

    func results() throws -> [[UInt8]] {
        let members = [
            ResultMember(name: "one", weights: digest, classes: 3),
            ResultMember(name: "two", weights: SHA256Digest(of: [2]), classes: 2),
        ]
        return try [true, false].map { hasFailure in
            var outcome = ShardOutcome(run: run, range: range, members: members)
            for row in 0..<2 {
                if hasFailure, row == 1 {
                    try outcome.fail(row, ImageFailure(reason: "empty", detail: "no bytes"))
                    continue
                }
                for (index, member) in members.enumerated() {
                    let logits = (0..<member.classes).map { Float($0 + row) }
                    try outcome.record(logits.span, member: index, row: row)
                }
            }
            return [UInt8](try outcome.encode())
        }
    }

    func ranges() throws -> [[UInt8]] {
        let nodes = try Parser.example.get().0.nodes.count
        return [
            try json(Self.artefact(nodes: nodes, source: digest)),
            try json(Self.artefact(nodes: 3, source: digest)),
        ]
    }

    func added() throws -> [[UInt8]] {
        let preprocessing = Preprocessing(
            resize: 8, crop: 8, interpolation: .bicubic, mean: [1, 2, 3], std: [1, 1, 1])
        let builds = [AddedModel.Build.onnx, .architecture("resnet18", library: .torchvision)]
        return try builds.map { build in
            try json([
                AddedModel(
                    name: "mine", build: build, file: "/a/b.onnx", size: 1234, sha256: digest,
                    preprocessing: preprocessing, classes: ["cat", "dog"], parameters: 7,
                    multiplyAdds: 9)
            ])
        }
    }

    /// What a worker leaves while it holds two leases and has photos of one in hand.
    func markers() throws -> [[UInt8]] {
        let folder = FileManager.default.temporaryDirectory
            .appending(path: "marker-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        guard let marker = CrashMarker(in: folder.path, streams: 2, photos: 2) else {
            throw Nothing(description: "no marker")
        }
        marker.hold(ticket)
        marker.hold(LeaseTicket(run: run, shard: 4, epoch: 2, secret: "1"))
        marker.take([(ticket, 16)], stream: 1)
        return try withExtendedLifetime(marker) {
            try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
                .map { [UInt8](try Data(contentsOf: $0)) }
        }
    }

    private static func artefact(nodes: Int, source: SHA256Digest) -> QuantisationArtefact {
        QuantisationArtefact(
            source: source, calibration: source, scheme: "minmax", nodes: nodes,
            ranges: (0..<nodes).map { .init(node: $0, low: -1.5, high: 4) }, exceptions: [1],
            figures: .init(images: 8, agreement: 0.99, probabilityShift: 0.01))
    }

    private func json(_ value: some Encodable) throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return [UInt8](try encoder.encode(value))
    }
}

import Foundation
import HTTPTypes
import HummingbirdTesting
import PipelineCore
import TestSupport
import Testing

@testable import Coordination

/// A metric as a page of Prometheus' format, or the table in docs/operations.md, has it.
struct Metric: Hashable, Comparable {
    let name: String
    let kind: String
    let labels: Set<String>

    static func < (a: Metric, b: Metric) -> Bool { a.name < b.name }

    /// The families of a page, each with the labels of its samples.
    static func listed(in page: String) -> [Metric] {
        var kinds: [(name: String, kind: String)] = []
        var labels: [String: Set<String>] = [:]
        for line in page.split(separator: "\n") {
            let words = line.split(separator: " ").map(String.init)
            if words[0...1] == ["#", "TYPE"] {
                kinds.append((words[2], words[3]))
            } else if !line.hasPrefix("#"), let name = kinds.last?.name {
                labels[name, default: []].formUnion(
                    line.matches(of: /([a-z]+)="/).map { String($0.1) })
            }
        }
        return kinds.map { Metric(name: $0.name, kind: $0.kind, labels: labels[$0.name] ?? []) }
    }

    /// The rows of the table, a metric each.
    static func documented() throws -> [Metric] {
        let page = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../docs/operations.md").standardizedFileURL
        return try String(contentsOf: page, encoding: .utf8).split(separator: "\n")
            .compactMap { line in
                let cells = line.split(separator: "|", omittingEmptySubsequences: false)
                guard cells.count == 6,
                    let name = cells[1].wholeMatch(of: /\ `([a-z_]+)`\s/)?.1
                else { return nil }
                return Metric(
                    name: String(name), kind: cells[2].trimmingCharacters(in: .whitespaces),
                    labels: Set(cells[3].matches(of: /`([a-z]+)`/).map { String($0.1) }))
            }
    }
}

@Suite("What a coordinator tells Prometheus")
struct MetricsTests {
    @Test("is what the documentation lists, with those kinds and labels")
    func list() async throws {
        let bench = try await Bench()
        try await bench.test { caller in
            _ = try await caller.submit(manifest("a", "b"))
            let page = try await caller.send(.get, "/metrics", as: .viewer).text
            let listed = Metric.listed(in: page)
            #expect(Set(listed.map(\.name)).count == listed.count, "each family once")
            #expect(listed.sorted() == (try Metric.documented()).sorted())
            #expect(listed.count > 12)
        }
    }

    @Test("counts how leases end, and how old the oldest is")
    func leases() async throws {
        let bench = try await Bench()
        try await bench.test { caller in
            _ = try await caller.submit(manifest("a", "b", "c", "d", "e", "f", "g", "h"))
            func release(_ lease: Lease, _ change: (inout ReleaseRequest) -> Void) async throws {
                var request = ReleaseRequest(ticket: lease.ticket)
                change(&request)
                let answer = try await caller.send(
                    .post, "/v1/leases/release", as: .worker, json: request)
                #expect(answer.status == .noContent)
            }
            try await release(try await caller.lease()) { _ in }
            try await release(try await caller.lease()) { $0.failure = "torn" }
            try await release(try await caller.lease()) {
                $0.crash = CrashMark(rows: nil, signal: nil)
            }
            let done = try await caller.lease()
            _ = try await caller.upload([1], for: done)
            _ = try await caller.complete(done, with: [1])
            _ = try await caller.complete(done, with: [1])
            _ = try await caller.lease()
            bench.clock.advance(by: .seconds(7))
            let page = try await caller.send(.get, "/metrics", as: .viewer).text
            for line in [
                "pipeline_leases_taken_total 5", "pipeline_lease_age_seconds 7",
                "pipeline_leases_ended_total{reason=\"left\"} 1",
                "pipeline_leases_ended_total{reason=\"failed\"} 1",
                "pipeline_leases_ended_total{reason=\"crashed\"} 1",
                "pipeline_leases_ended_total{reason=\"completed\"} 1",
            ] {
                #expect(page.contains(line + "\n"), "\(line)")
            }
        }
    }

    @Test("says of its process what the system says")
    func process() {
        var page = MetricsPage()
        ProcessMetrics().write(to: &page)
        func value(_ name: String) -> Double? {
            page.text.split(separator: "\n").first { $0.hasPrefix(name + " ") }
                .flatMap { $0.split(separator: " ").last }.flatMap { Double($0) }
        }
        #expect(value("process_cpu_seconds_total") ?? 0 > 0)
        #expect(value("process_resident_memory_bytes") ?? 0 > 1_000_000)
        #expect(value("process_open_fds") ?? 0 > 2)
        #expect(value("process_start_time_seconds") ?? 0 > 1_700_000_000)
    }
}

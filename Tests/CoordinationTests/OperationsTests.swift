import Foundation
import HTTPTypes
import HummingbirdTesting
import PipelineCore
import TestSupport
import Testing

@testable import Coordination

@Suite("Whoever keeps the coordinator running")
struct OperationsTests {
    @Test("is told that it lives and is ready")
    func ready() async throws {
        let bench = try await Bench()
        try await bench.test { caller in
            #expect(try await caller.send(.get, "/healthz", as: nil).status == .ok)
            #expect(try await caller.send(.get, "/readyz", as: nil).status == .ok)
            let left = try FileManager.default.subpathsOfDirectory(
                atPath: bench.folder.file("objects")
            ).filter { $0.hasSuffix(".safetensors") }
            #expect(left == [])
        }
    }

    @Test("is told when the disk fails, and when it works again")
    func unready() async throws {
        let bench = try await Bench()
        let tmp = bench.folder.file("objects/tmp")
        try await bench.test { caller in
            try FileManager.default.removeItem(atPath: tmp)
            let red = try await caller.send(.get, "/readyz", as: nil)
            #expect(red.status == .serviceUnavailable)
            #expect(red.code == "not-ready")
            #expect(!red.message.contains(bench.folder.path))

            try FileManager.default.createDirectory(
                atPath: tmp, withIntermediateDirectories: false)
            // Anybody may ask, so the disk is not asked each time.
            #expect(try await caller.send(.get, "/readyz", as: nil).status == .serviceUnavailable)
            bench.clock.advance(by: .seconds(6))
            #expect(try await caller.send(.get, "/readyz", as: nil).status == .ok)
            #expect(try await caller.send(.get, "/healthz", as: nil).status == .ok)
        }
    }

    @Test("finds numbers for Prometheus")
    func metrics() async throws {
        let bench = try await Bench()
        try await bench.test { caller in
            _ = try await caller.submit(manifest("a", "b", "c"))
            let lease = try await caller.lease()
            _ = try await caller.send(.get, "/v1/secret/\u{22}path", as: .viewer)
            bench.clock.advance(by: .seconds(2))
            _ = try await caller.upload([1], for: lease)
            _ = try await caller.complete(lease, with: [1])
            let answer = try await caller.send(.get, "/metrics", as: .viewer)
            #expect(answer.headers[.contentType] == "text/plain; version=0.0.4; charset=utf-8")
            let lines = Set(answer.text.split(separator: "\n").map(String.init))
            for line in [
                "# TYPE pipeline_runs gauge", "pipeline_runs{state=\"running\"} 1",
                "pipeline_shards{state=\"queued\"} 1", "pipeline_shards{state=\"done\"} 1",
                "pipeline_images{outcome=\"total\"} 3", "pipeline_images{outcome=\"labelled\"} 2",
                "pipeline_images_per_second 1", "pipeline_workers 1",
                "pipeline_leases_taken_total 1", "pipeline_lease_age_seconds 0",
                "pipeline_leases_ended_total{reason=\"completed\"} 1",
                "pipeline_leases_ended_total{reason=\"expired\"} 0",
                "pipeline_refused_total{cause=\"rate\"} 0",
                "pipeline_build_info{version=\"9.9\",protocol=\"1\"} 1",
                "pipeline_http_requests_total{method=\"POST\",route=\"/v1/leases\",status=\"201\"} 1",
                "pipeline_http_requests_total{method=\"other\",route=\"none\",status=\"404\"} 1",
                "pipeline_http_request_seconds_count{method=\"POST\",route=\"/v1/leases\"} 1",
            ] {
                #expect(lines.contains(line), "\(line)")
            }
            #expect(!answer.text.contains("secret"))
        }
    }

    @Test("reads a histogram whose buckets add up")
    func histogram() {
        let metrics = CoordinatorMetrics()
        for seconds in [0.0005, 0.02, 0.02, 100] {
            metrics.answered(route: .init(method: "GET", path: "/"), status: 200, after: seconds)
        }
        var page = MetricsPage()
        metrics.write(to: &page)
        for line in [
            "le=\"0.001\"} 1\n", "le=\"0.005\"} 1\n", "le=\"0.025\"} 3\n", "le=\"30.0\"} 3\n",
            "le=\"+Inf\"} 4\n", "_count{method=\"GET\",route=\"/\"} 4\n",
        ] {
            #expect(page.text.contains(line), "\(line)")
        }
    }
}

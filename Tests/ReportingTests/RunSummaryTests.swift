import Foundation
import PipelineCore
import Reporting
import Testing

@Suite("A run's summary")
struct RunSummaryTests {
    @Test("names run, definition, weights, versions, counts and speed")
    func facts() throws {
        let run = try HandmadeRun.stored().run
        let timing = RunSummary.Timing(images: 7, seconds: 2, loading: 0.6)
        let data = try RunSummary(run, program: "1.2.3", timing: timing).json()
        let object = try #require(
            try JSONSerialization.jsonObject(with: data) as? [String: Any])
        let text = String(decoding: data, as: UTF8.self)

        #expect(
            Set(object.keys) == [
                "run", "dataset", "manifest", "created", "definition", "models", "versions",
                "counts",
                "timing",
            ])
        #expect(object["run"] as? String == "rstored")
        #expect(object["dataset"] as? String == "/photos/my|cats")
        let models = try #require(object["models"] as? [[String: String]])
        #expect(
            models.map { $0["sha256"] } == [
                SHA256Digest(of: [0]).hex, SHA256Digest(of: [1]).hex,
            ])
        #expect(models.map { $0["precision"] } == ["auto", "auto"])
        let versions = try #require(object["versions"] as? [String: Any])
        #expect(versions["program"] as? String == "1.2.3")
        #expect(versions["protocol"] as? Int == protocolVersion)
        let counts = try #require(object["counts"] as? [String: Int])
        #expect(counts["labelled"] == 4)
        #expect(counts["failed"] == 3)
        let speed = try #require(object["timing"] as? [String: Double])
        #expect(speed["imagesPerSecond"] == 3.5)
        #expect(speed["imagesPerSecondWithoutLoading"] == 5)
        #expect(text.hasSuffix("}\n"))
        #expect(!text.contains(#"\/"#))
        #expect(try JSONDecoder().decode(RunSummary.self, from: data).timing == timing)
    }

    @Test("has no speed where no time passed", arguments: [(0.0, 0.0), (1, 1), (1, 2)])
    func noTime(_ seconds: Double, _ loading: Double) {
        let timing = RunSummary.Timing(images: 7, seconds: seconds, loading: loading)

        #expect(timing.imagesPerSecondWithoutLoading == nil)
        #expect((timing.imagesPerSecond == nil) == (seconds == 0))
    }

    @Test("has the same bytes every time")
    func determinism() throws {
        let run = try HandmadeRun.stored().run
        let bytes = try RunSummary(run, program: "1").json()

        for _ in 0..<20 { #expect(try RunSummary(run, program: "1").json() == bytes) }
    }
}

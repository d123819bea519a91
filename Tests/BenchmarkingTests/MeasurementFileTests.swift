import Foundation
import TestSupport
import Testing

@testable import Benchmarking

@Suite("A file of measurements")
struct MeasurementFileTests {
    let folder = TemporaryFolder()
    var file: MeasurementFile { MeasurementFile(path: folder.file("cache/measured.json")) }

    private func measurement(
        _ rate: Double, of network: String = "resnet50", in precision: String = "f32",
        streams: Int = 2
    ) -> SpeedRecord {
        SpeedRecord(
            network: network, processor: "A CPU", precision: precision, streams: streams,
            imagesPerSecond: rate, date: Date(timeIntervalSince1970: 1_700_000_000))
    }

    @Test("holds nothing before anything was measured")
    func empty() throws { #expect(try file.all() == []) }

    @Test("keeps the latest of each network, arithmetic and number of streams")
    func latest() throws {
        let kept = [
            measurement(80, in: "int8"), measurement(25, streams: 1), measurement(20, of: "vgg16"),
            measurement(45),
        ]
        try file.keep(measurement(40))
        for measurement in kept { try file.keep(measurement) }
        #expect(try file.all() == kept)
    }

    @Test("loses nothing when many keep at a time")
    func crowd() async throws {
        let file = file
        try await withThrowingTaskGroup(of: Void.self) { group in
            for index in 0..<20 {
                let measurement = measurement(1, of: "model-\(index)")
                group.addTask { try file.keep(measurement) }
            }
            try await group.waitForAll()
        }
        #expect(try file.all().count == 20)
    }

    @Test("tells the best rate of a network on one processor in one arithmetic")
    func rate() throws {
        var other = measurement(900)
        other.processor = "Another CPU"
        let all = [
            measurement(25, streams: 1), measurement(45), measurement(500, of: "vgg16"),
            other, measurement(100, in: "int8"),
        ]
        #expect(MeasurementFile.rate(of: "resnet50", on: "A CPU", in: "f32", among: all) == 45)
        #expect(MeasurementFile.rate(of: "resnet50", on: "A CPU", in: "bf16", among: all) == nil)
    }

    @Test("says what to do when it cannot be read, or not be written")
    func damaged() throws {
        try folder.write("{", to: "measured.json")
        let damaged = MeasurementFile(path: folder.file("measured.json"))
        let error = #expect(throws: MeasurementError.self) { try damaged.all() }
        #expect(error?.description.contains("measure again with 'pipeline bench'") == true)
        #expect(throws: MeasurementError.self) { try damaged.keep(measurement(1)) }
        let nowhere = MeasurementFile(path: folder.file("measured.json/below/it.json"))
        let refusal = #expect(throws: MeasurementError.self) { try nowhere.keep(measurement(1)) }
        #expect(refusal?.description.contains("PIPELINE_CACHE") == true)
    }
}

@Suite("The processor")
struct HostProcessorTests {
    @Test("has a name")
    func name() { #expect(!HostProcessor.name.isEmpty) }

    @Test(
        "is what /proc/cpuinfo calls it first",
        arguments: [
            ("processor\t: 0\nmodel name\t: One @ 2.7GHz\nmodel name\t: Two\n", "One @ 2.7GHz"),
            ("model name\t:\nmodel name\t: Two: fast\n", "Two: fast"), ("processor: 0\n", nil),
            ("", nil),
        ])
    func reading(text: String, name: String?) { #expect(HostProcessor.name(in: text) == name) }
}

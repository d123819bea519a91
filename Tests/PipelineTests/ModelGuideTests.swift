import Benchmarking
import Charts
import Foundation
import Models
import PipelineCore
import Testing
import Weights

@testable import pipeline

@Suite("The guide to networks")
struct ModelGuideTests {
    static let checkout = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    static let measured = MeasurementFile(
        path: checkout.appending(path: "Benchmarks/models.json").path)

    @Test("is what the catalogue and the measurements say: 'make docs' writes it anew")
    func committed() throws {
        for (name, text) in try ModelsGuideCommand.pages(measured: Self.measured) {
            let file = Self.checkout.appending(path: "docs/\(name)")
            let isSame = try String(contentsOf: file, encoding: .utf8) == text
            #expect(isSame, "docs/\(name) is older than what it is made of")
        }
    }

    @Test("has advice on every family, and on no other")
    func advice() {
        #expect(Set(FamilyAdvice.texts.keys) == Set(Catalogue.entries.map(\.family)))
    }
}

@Suite("The table of networks")
struct ModelColumnTests {
    /// Three networks of the catalogue, of which two were measured.
    private func models() throws -> [ModelFacts] {
        let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = MeasurementFile(path: folder.appending(path: "measured.json").path)
        for (network, precision, rate) in [
            ("resnet50@224", "f32", 30.0), ("efficientnet_lite0@224", "f32", 150),
            ("efficientnet_lite0@224", "int8", 500),
        ] {
            try file.keep(
                SpeedRecord(
                    network: network, processor: "A CPU", precision: precision, streams: 2,
                    imagesPerSecond: rate, date: .now))
        }
        let speeds = try MeasuredSpeeds(file: file)
        return try ["vgg16", "resnet50.imagenet1k_v1", "resnet50", "efficientnet_lite0"].map {
            ModelFacts(published: try Catalogue.entry(named: $0), speeds)
        }
    }

    static let orders: [(column: ModelColumn, names: [String])] = [
        (.top1, ["resnet50", "resnet50.imagenet1k_v1", "efficientnet_lite0", "vgg16"]),
        (.speed, ["efficientnet_lite0", "resnet50.imagenet1k_v1", "resnet50", "vgg16"]),
        (.gflop, ["efficientnet_lite0", "resnet50.imagenet1k_v1", "resnet50", "vgg16"]),
        (.name, ["efficientnet_lite0", "resnet50", "resnet50.imagenet1k_v1", "vgg16"]),
        (.input, ["vgg16", "resnet50.imagenet1k_v1", "resnet50", "efficientnet_lite0"]),
    ]

    @Test("has the best first by accuracy and speed, the smallest by all else", arguments: orders)
    func order(column: ModelColumn, names: [String]) throws {
        #expect(column.sorted(try models(), .auto).map(\.name) == names)
    }

    @Test("shows what auto computes in, which is int8 only where the guard let it pass")
    func speed() throws {
        let cells = try models().map { ModelColumn.speed.cell(of: $0, .auto) }
        #expect(cells == ["-", "30.0 f32", "30.0 f32", "500 int8"])
        #expect(try models().map { ModelColumn.speed.cell(of: $0, .f32) }.last == "150 f32")
    }

    @Test("counts a multiply-add as two operations")
    func gflop() throws {
        #expect(try models().map { ModelColumn.gflop.cell(of: $0, .auto) }.first == "30.9")
    }

    @Test("becomes a chart of what was measured, or of arithmetic where nothing was")
    func chart() throws {
        let measured = ModelChart(try models(), precision: .auto, against: nil)
        #expect(measured.chart.points.map(\.x) == [30, 30, 500])
        #expect(measured.remark?.contains("1 network that nobody measured here") == true)
        let cost = ModelChart(try models(), precision: .bf16, against: nil)
        #expect(cost.chart.points.count == 4)
        #expect(cost.chart.xTitle.contains("GFLOP"))
        #expect(cost.remark?.contains("pipeline bench") == true)
    }
}

@Suite("How weights come, as a line")
struct PullDisplayTests {
    @Test("tells what is here, what there will be, and how fast it comes")
    func line() {
        let known = PullProgress(model: "resnet50", bytes: 45_200_000, total: 102_500_000)
        #expect(
            PullDisplay.line(known, bytesPerSecond: 12_300_000)
                == "resnet50: 45.2 of 103 MB (44 %), 12.3 MB/s")
        let unknown = PullProgress(model: "resnet50", bytes: 45_200_000, total: nil)
        #expect(PullDisplay.line(unknown, bytesPerSecond: nil) == "resnet50: 45.2 MB")
    }
}

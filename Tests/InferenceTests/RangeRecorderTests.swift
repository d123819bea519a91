import Networks
import Testing

@testable import Inference

@Suite("The recorder of ranges")
struct RangeRecorderTests {
    private func range(of image: [Float], side: Int) throws -> ValueRange {
        let network = Network(input: Shape(channels: 1, height: side, width: side)) {
            $0.conv(1, kernel: 1, at: Scope.root["same"])
        }
        let session = try Engine(network, checkpoint(for: network) { _ in [1] }).session()
        _ = session.input.update(fromContentsOf: image)
        var recorder = RangeRecorder()
        recorder.widen(by: session, count: 1)
        recorder.count(session, count: 1)
        return try #require(recorder.ranges[1])
    }

    @Test("reaches to the extremes of numbers that are spread evenly")
    func even() throws {
        let image = (0..<2500).map { Float($0) / 2499 * 3 - 1 }
        let range = try range(of: image, side: 50)
        #expect(abs(range.low + 1) < 0.02 && abs(range.high - 2) < 0.02)
    }

    @Test("cuts off a number that is met once in half a million")
    func outlier() throws {
        var image = seededNumbers(700 * 700, seed: 1).map { $0 / 2 }
        image[1234] = 8
        let range = try range(of: image, side: 700)
        #expect(range.high > 0.99 && range.high < 6)
        #expect(range.low < -0.95 && range.low >= -1)
    }

    @Test("always holds zero, for which borders stand")
    func zero() throws {
        let image = (0..<100).map { 5 + Float($0) / 100 }
        #expect(try range(of: image, side: 10).low == 0)
        #expect(try range(of: image.map(-), side: 10).high == 0)
    }
}

import Testing

@testable import pipeline

@Suite("Progress as one line")
struct ProgressLineTests {
    @Test(
        "fits its terminal", arguments: [20, 40, 60, 80, 120, 300],
        [
            ProgressLine(total: 0), ProgressLine(labelled: 7, total: 200),
            ProgressLine(
                labelled: 123_456, failed: 789, total: 1_000_000, imagesPerSecond: 41.26,
                secondsLeft: 21_000),
            ProgressLine(labelled: 9, failed: 1, total: 10, imagesPerSecond: 3),
        ])
    func width(columns: Int, line: ProgressLine) {
        #expect(line.bar(width: columns).count < columns)
    }

    @Test("draws its share of the bar, to an eighth of a column")
    func bar() {
        let line = ProgressLine(
            labelled: 98, failed: 2, total: 160, imagesPerSecond: 41.26, secondsLeft: 1.4)

        #expect(
            line.bar(width: 80)
                == " 62% █████████████████▌           100/160 images · 2 failed · 41.3/s · 2 s left"
        )
        #expect(
            line.sentence == "100 of 160 images done (62 %), 2 failed, 41.3/s, 2 s left")
    }

    @Test(
        "tells the time left",
        arguments: [
            (0.2, "1 s"), (59, "59 s"), (60, "1:00 min"), (185, "3:05 min"), (7805, "2:10 h"),
            (1e9, "a long time"), (.infinity, "a long time"), (.nan, "a long time"),
            (-1e300, "0 s"),
        ])
    func clock(seconds: Double, text: String) {
        #expect(ProgressLine.clock(seconds) == text)
    }

    @Test(
        "rounds a rate",
        arguments: [
            (0, "0.0"), (9.96, "10.0"), (41.26, "41.3"), (154.6, "155"), (-1e300, "0.0"),
            (1e300, "1000000000000000"),
        ])
    func rate(value: Double, text: String) {
        #expect(rounded(value) == text)
    }
}

@Suite("A rate meter")
struct RateMeterTests {
    @Test("forgets what is long past")
    func window() {
        var meter = RateMeter()
        let start = ContinuousClock.now
        meter.note(0, at: start)
        #expect(meter.rate == nil)
        for second in 1...60 {
            let count = second <= 30 ? second * 10 : 300 + (second - 30) * 50
            meter.note(count, at: start + .seconds(second))
        }

        #expect(meter.rate == 50)
    }
}

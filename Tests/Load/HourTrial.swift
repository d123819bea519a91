import Foundation
import PipelineCore
import Rehearsal
import TestSupport

/// Whether a coordinator that is never left alone takes more and more memory or descriptors.
///
/// Run after run is submitted, read and reported, while workers join, leave, are killed, hand
/// shards back and forget them. Every few seconds its memory and descriptors are looked at; what
/// counts is the last quarter of the time against the second.
struct HourTrial: LoadTrial {
    private let duration: Duration
    private let interval: Duration
    private let seed: UInt64

    /// How much memory the last quarter may take beyond the second, as a share of it.
    static let growth = 0.05
    /// How many descriptors it may have more: workers come and go while they are counted.
    static let descriptors = 2.0

    static let usual: KeyValuePairs = ["seconds": 3600, "seed": 7]

    init(_ options: LoadOptions) throws {
        let seconds = try options.number("seconds")
        duration = .seconds(seconds)
        interval = .seconds(max(1, min(10, seconds / 20)))
        seed = UInt64(try options.number("seed"))
    }

    /// Plays it; a short form has no time for a trend, and only sees that the work goes on.
    func run(_ report: LoadReport) async throws {
        let folder = TemporaryFolder()
        let coordinator = try await RunningCoordinator.start(over: folder.file("data"))
        let bustle = Bustle(coordinator, seed: seed)
        let readings = try await withThrowingTaskGroup(of: Void.self) { group in
            for work in bustle.works {
                group.addTask {
                    do {
                        try await work()
                    } catch {
                        if !Task.isCancelled { report.check(false, "\(error)") }
                    }
                }
            }
            defer { group.cancelAll() }
            return try await watch(coordinator, bustle, report)
        }
        report.check(bustle.runs > 0, "\(bustle.summary)")
        judge(readings, report)
        try await coordinator.stop()
    }

    private func watch(
        _ coordinator: RunningCoordinator, _ bustle: Bustle, _ report: LoadReport
    ) async throws -> [ProcessGauge.Reading] {
        let gauge = ProcessGauge(identifier: coordinator.identifier)
        let start = ContinuousClock.now
        var readings: [ProcessGauge.Reading] = []
        while start.duration(to: .now) < duration {
            try await Task.sleep(for: interval)
            let reading = try gauge.read()
            readings.append(reading)
            if readings.count.isMultiple(of: 6) {
                report.note(
                    String(
                        format: "%.0f s: %.1f MiB, %.0f descriptors; ",
                        start.duration(to: .now) / .seconds(1), reading.resident / 0x1p20,
                        reading.descriptors) + bustle.summary)
            }
        }
        return readings
    }

    private func judge(_ readings: [ProcessGauge.Reading], _ report: LoadReport) {
        let quarter = readings.count / 4
        guard quarter > 0 else { return }
        let means = { (part: ArraySlice<ProcessGauge.Reading>) in
            (
                resident: part.reduce(0) { $0 + $1.resident } / Double(part.count),
                descriptors: part.reduce(0) { $0 + $1.descriptors } / Double(part.count)
            )
        }
        let (second, last) = (
            means(readings[quarter..<2 * quarter]), means(readings.suffix(quarter))
        )
        report.note(
            String(
                format: "memory %.1f MiB in the second quarter, %.1f MiB in the last",
                second.resident / 0x1p20, last.resident / 0x1p20))
        guard duration >= Self.trend else { return }
        report.expect(
            "memory grew by", (last.resident / second.resident - 1) * 100,
            below: Self.growth * 100, "%")
        report.expect(
            "descriptors grew by", last.descriptors - second.descriptors,
            below: Self.descriptors, "")
    }

    /// From what length on quarters are compared: before, caches still fill.
    private static let trend = Duration.seconds(1200)
}

import Models
import Synchronization
import Weights

/// Shows how weights come: one line that changes on a terminal, a sentence now and then in a log.
final class PullDisplay: Sendable {
    private static let drawInterval = Duration.milliseconds(100)
    private static let logInterval = Duration.seconds(10)

    private struct State {
        var meter = RateMeter()
        var shown = ContinuousClock.now
    }

    private let console: Console
    private let state = Mutex(State())

    init(on console: Console = .shared) { self.console = console }

    /// Shows how much has come by now.
    func update(_ progress: PullProgress) {
        let isWhole = progress.bytes == progress.total
        let interval = console.isTerminal ? Self.drawInterval : Self.logInterval
        let line = state.withLock { state -> String? in
            guard isWhole || state.shown.duration(to: .now) >= interval else { return nil }
            state.shown = .now
            state.meter.note(progress.bytes)
            return Self.line(progress, bytesPerSecond: state.meter.rate)
        }
        guard let line else { return }
        if console.isTerminal {
            console.show(progress: isWhole ? "" : line)
        } else if !isWhole {
            console.note(line)
        }
    }

    /// Takes the line away.
    func end() { console.show(progress: "") }

    /// `resnet50: 45.2 of 102.5 MB (44 %), 12.3 MB/s`.
    static func line(_ progress: PullProgress, bytesPerSecond: Double?) -> String {
        let here = rounded(Double(progress.bytes) / 1e6)
        var line = "\(progress.model): \(here) MB"
        if let total = progress.total, total > 0 {
            let share = Int(100 * Double(progress.bytes) / Double(total))
            line = "\(progress.model): \(here) of \(rounded(Double(total) / 1e6)) MB (\(share) %)"
        }
        return line + (bytesPerSecond.map { ", \(rounded($0 / 1e6)) MB/s" } ?? "")
    }
}

extension WeightCache {
    /// Fetches the weights of `entry` unless they are here, showing a person how they come, and
    /// tells where they lie.
    func pull(_ entry: ModelEntry, on console: Console = .shared) async throws -> String {
        let display = PullDisplay(on: console)
        defer { display.end() }
        return try await pull(entry, bytes: { display.update($0) }, progress: { console.note($0) })
    }
}

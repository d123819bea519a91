/// How fast something has been going lately.
struct RateMeter {
    /// How far back it looks.
    private static let window = Duration.seconds(10)

    private var samples: [(moment: ContinuousClock.Instant, count: Int)] = []

    /// Notes that `count` are finished at `moment`.
    mutating func note(_ count: Int, at moment: ContinuousClock.Instant = .now) {
        // The time before the first finished one went into preparations.
        guard count > 0 else { return }
        samples.append((moment, count))
        while samples.count > 2, samples[1].moment + Self.window < moment {
            samples.removeFirst()
        }
    }

    /// Finished ones a second; nil before half a second has been seen.
    var rate: Double? {
        guard let first = samples.first, let last = samples.last else { return nil }
        let seconds = first.moment.duration(to: last.moment) / .seconds(1)
        return seconds < 0.5 ? nil : Double(last.count - first.count) / seconds
    }
}

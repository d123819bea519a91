/// Shows a ``ProgressLine`` as it changes: redrawn on a terminal, now and then in a log.
struct ProgressDisplay {
    private static let logInterval = Duration.seconds(10)

    private let console: Console
    private var logged = ContinuousClock.now

    init(on console: Console = .shared) { self.console = console }

    /// Shows how far the run is now.
    mutating func update(_ line: ProgressLine) {
        if console.isTerminal {
            console.show(progress: line.bar(width: terminalWidth() ?? 80))
        } else if logged.duration(to: .now) >= Self.logInterval {
            console.note(line.sentence)
            logged = .now
        }
    }

    /// Takes the line away.
    func end() { console.show(progress: "") }
}

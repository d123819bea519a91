import Foundation
import Logging

/// Writes log records to the console, one a line: time, level, message, facts.
struct ConsoleLog: LogHandler {
    var metadata: Logger.Metadata = [:]
    var logLevel: Logger.Level
    private let console: Console

    init(level: Logger.Level, console: Console = .shared) {
        logLevel = level
        self.console = console
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let facts = metadata.merging(event.metadata ?? [:]) { _, new in new }
            .sorted { $0.key < $1.key }
            .map { " \($0.key)=\(shown("\($0.value)"))" }
        let time = Date.now.formatted(.iso8601)
        let line = "\(time) \(event.level.rawValue): \(shown("\(event.message)"))"
        console.note(line + facts.joined())
    }
}

/// A logger for the program's long-lived parts; records below `level` are dropped.
func consoleLogger(_ label: String, level: Logger.Level) -> Logger {
    Logger(label: label) { _ in ConsoleLog(level: level) }
}

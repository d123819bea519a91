import Foundation
import Synchronization

/// The figures of a trial, each told as soon as it is known.
final class LoadReport: Sendable {
    private let trial: String
    private let record: String?
    private let failures = Mutex<[Miss]>([])

    /// A limit that was missed.
    struct Miss: Sendable {
        /// Its line.
        let words: String
        /// Whether a quicker or idler machine would have met it.
        let isTime: Bool
    }

    /// The report of a trial; its lines are added to the file `record`, if there is one.
    init(_ trial: String, record: String? = nil) {
        (self.trial, self.record) = (trial, record)
    }

    /// Whether no limit was missed so far.
    var hasPassed: Bool { missed.isEmpty }

    /// The limits that were missed.
    var missed: [Miss] { failures.withLock { $0 } }

    /// Tells something without a limit.
    func note(_ words: String) { write("     \(trial): \(words)") }

    /// Tells a figure, and whether it is below its limit.
    func expect(_ what: String, _ value: Double, below limit: Double, _ unit: String) {
        judge(
            value < limit, "\(what) \(shown(value)) \(unit), limit \(shown(limit)) \(unit)",
            isTime: ["ms", "s", "x"].contains(unit))
    }

    /// Tells a fact that has to be.
    func check(_ isMet: Bool, _ words: String) { judge(isMet, words, isTime: false) }

    private func judge(_ isMet: Bool, _ words: String, isTime: Bool) {
        if !isMet { failures.withLock { $0.append(Miss(words: words, isTime: isTime)) } }
        write("\(isMet ? "PASS" : "FAIL") \(trial): \(words)")
    }

    private func shown(_ value: Double) -> String {
        String(format: value < 100 ? "%.2f" : "%.0f", value)
    }

    private func write(_ line: String) {
        let bytes = Data((line + "\n").utf8)
        FileHandle.standardOutput.write(bytes)
        guard let record else { return }
        if !FileManager.default.fileExists(atPath: record) {
            _ = FileManager.default.createFile(atPath: record, contents: nil)
        }
        guard let file = FileHandle(forWritingAtPath: record) else { return }
        _ = try? file.seekToEnd()
        file.write(bytes)
    }
}

import Rehearsal

/// Options of the form `--name value`.
struct LoadOptions: Sendable {
    private var values: [String: String] = [:]

    /// Takes the words after the trial's name.
    init(_ words: some Collection<String>) throws {
        var rest = words[...]
        while let name = rest.popFirst() {
            guard name.hasPrefix("--"), let value = rest.popFirst() else {
                throw Misuse("'\(name)' is no option with a value")
            }
            values[String(name.dropFirst(2))] = value
        }
    }

    /// Options as a test names them.
    init(_ values: [String: String]) { self.values = values }

    /// What was said of an option; nil when nothing was.
    subscript(name: String) -> String? { values[name] }

    /// A number from 1, or `usual` when nothing was said.
    func number(_ name: String, usual: Int) throws -> Int {
        guard let text = values[name] else { return usual }
        guard let number = Int(text), number > 0 else {
            throw Misuse("--\(name) is a whole number from 1, not '\(text)'")
        }
        return number
    }
}

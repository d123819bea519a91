import Rehearsal

/// A trial's numbers, of the form `--name number`, and the file to add its lines to, `--record FILE`.
struct LoadOptions: Sendable {
    private var numbers: [String: Int]
    /// The file to add the lines to; nil where none was named.
    private(set) var record: String?

    /// The usual numbers, but for some.
    init(_ usual: KeyValuePairs<String, Int>, but others: [String: Int] = [:]) {
        numbers = Dictionary(uniqueKeysWithValues: usual.map { ($0.key, $0.value) })
            .merging(others) { _, other in other }
    }

    /// Takes the words after the trial's name.
    init(_ words: some Collection<String>, _ usual: KeyValuePairs<String, Int>) throws {
        self.init(usual)
        var rest = words[...]
        while let word = rest.popFirst() {
            let name = String(word.trimmingPrefix("--"))
            guard word.hasPrefix("--"), name == "record" || numbers[name] != nil else {
                throw Misuse("there is no option '\(word)'")
            }
            guard let value = rest.popFirst() else { throw Misuse("\(word) takes a value") }
            if name == "record" {
                record = value
            } else if let number = Int(value), number > 0 {
                numbers[name] = number
            } else {
                throw Misuse("\(word) is a whole number from 1, not '\(value)'")
            }
        }
    }

    /// A number from 1.
    func number(_ name: String) throws -> Int {
        guard let number = numbers[name] else { throw Misuse("there is no option '--\(name)'") }
        return number
    }
}

import Yams

/// Reads one mapping of a YAML file, key by key, refusing what it does not know.
struct MappingReader {
    let file: String
    private let what: String
    private let mapping: Node
    private let values: [String: Node]

    /// Takes `node` as a mapping with no other keys than `keys`.
    ///
    /// No key comes twice: the YAML parser refuses that itself.
    init(
        _ node: Node, file: String, of what: String, keys: [String]
    ) throws(DefinitionError) {
        guard case .mapping(let mapping) = node else {
            throw DefinitionError(
                file: file, node.place, "\(what) is not a mapping of keys to values",
                hint: "it has the keys " + keys.joined(separator: ", "))
        }
        var values: [String: Node] = [:]
        for (key, value) in mapping {
            guard case .scalar(let name) = key, keys.contains(name.string) else {
                throw DefinitionError(
                    file: file, key.place, "\(what) has no key \(key.shown)",
                    hint: Spelling.suggestion(for: key.scalar?.string ?? "", among: keys))
            }
            values[name.string] = value
        }
        self.file = file
        self.what = what
        self.mapping = node
        self.values = values
    }

    func node(_ key: String) -> Node? { values[key] }

    /// Refuses the value of `key`, or the whole mapping where it has none.
    func error(_ key: String, _ problem: String, hint: String) -> DefinitionError {
        DefinitionError(file: file, (values[key] ?? mapping).place, problem, hint: hint)
    }

    func required<T>(_ key: String, _ value: T?) throws(DefinitionError) -> T {
        guard let value else {
            throw error(key, "\(what) lacks the key '\(key)'", hint: "see Pipelines/README.md")
        }
        return value
    }

    func text(_ key: String) throws(DefinitionError) -> String? {
        guard let node = values[key] else { return nil }
        guard let text = node.text else {
            throw wrong(
                node, key, node.scalar == nil ? "text" : "text; put it in quotes if it is meant")
        }
        return text
    }

    /// A text that becomes part of file names, tensor names and column names.
    func name(_ key: String) throws(DefinitionError) -> String? {
        guard let name = try text(key) else { return nil }
        let isPlain = name.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"),
                UInt8(ascii: "_"):
                true
            default: false
            }
        }
        guard isPlain, (1...64).contains(name.utf8.count), !name.hasPrefix(".") else {
            throw error(
                key, "\(what) cannot be called '\(name.prefix(80))'",
                hint: "use letters, digits, '.', '-' and '_', at most 64 of them, no '.' in front")
        }
        return name
    }

    func flag(_ key: String) throws(DefinitionError) -> Bool? {
        guard let node = values[key] else { return nil }
        guard node.kind == .bool, let value = node.bool else {
            throw wrong(node, key, "true or false")
        }
        return value
    }

    func integer(_ key: String, in range: ClosedRange<Int>) throws(DefinitionError) -> Int? {
        guard let node = values[key] else { return nil }
        guard node.kind == .int, let value = node.int, range.contains(value) else {
            throw wrong(
                node, key, "a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        return value
    }

    func positive(_ key: String) throws(DefinitionError) -> Double? {
        guard let node = values[key] else { return nil }
        let isNumber = node.kind == .int || node.kind == .float
        guard isNumber, let value = node.float, value > 0, value.isFinite else {
            throw wrong(node, key, "a number above 0")
        }
        return value
    }

    func choice<Choice>(
        _ key: String, _: Choice.Type
    ) throws(DefinitionError) -> Choice?
    where Choice: RawRepresentable<String> & CaseIterable {
        guard let node = values[key] else { return nil }
        guard let text = node.text, let value = Choice(rawValue: text) else {
            let choices = Choice.allCases.map(\.rawValue)
            throw error(
                key, "'\(key)' cannot be \(node.shown)",
                hint: Spelling.suggestion(for: node.scalar?.string ?? "", among: choices))
        }
        return value
    }

    private func wrong(_ node: Node, _ key: String, _ expected: String) -> DefinitionError {
        error(key, "'\(key)' cannot be \(node.shown)", hint: "it is \(expected)")
    }
}

extension Node {
    /// Where it begins.
    var place: DefinitionError.Place? {
        mark.map { DefinitionError.Place(line: $0.line, column: $0.column) }
    }

    /// What YAML takes it for: text, a number, a truth value and so on.
    var kind: Tag.Name { Tag.Name(rawValue: tag.rawValue) }

    /// The text that it is; nil for numbers, truth values and everything else.
    var text: String? {
        guard case .scalar(let scalar) = self, kind == .str, !scalar.string.isEmpty else {
            return nil
        }
        return scalar.string
    }

    /// It, in an error.
    var shown: String {
        switch self {
        case .scalar(let scalar) where kind == .null && scalar.string.isEmpty: "empty"
        case .scalar(let scalar) where kind == .str: "'\(scalar.string.prefix(60))'"
        case .scalar(let scalar): "\(scalar.string.prefix(60))"
        case .sequence: "a list"
        case .mapping: "a mapping"
        case .alias: "an alias"
        }
    }
}

import Yams

/// Reads one mapping of a YAML file, key by key, refusing what it does not know.
struct MappingReader {
    let file: String
    private let what: String
    private let mapping: Node
    private let values: [String: Node]

    /// Takes `node` as a mapping with no other keys than `keys`.
    init(
        _ node: Node, file: String, of what: String, keys: [String]
    ) throws(DefinitionError) {
        guard case .mapping(let mapping) = node else {
            throw DefinitionError(
                file: file, line: node.mark?.line, "\(what) is not a mapping of keys to values",
                hint: "it has the keys " + keys.joined(separator: ", "))
        }
        var values: [String: Node] = [:]
        for (key, value) in mapping {
            guard let name = key.string, keys.contains(name) else {
                let name = key.string ?? "?"
                throw DefinitionError(
                    file: file, line: key.mark?.line, "\(what) has no key '\(name)'",
                    hint: Spelling.suggestion(for: name, among: keys))
            }
            guard values.updateValue(value, forKey: name) == nil else {
                throw DefinitionError(
                    file: file, line: key.mark?.line, "the key '\(name)' stands twice",
                    hint: "remove one of them")
            }
        }
        self.file = file
        self.what = what
        self.mapping = node
        self.values = values
    }

    func node(_ key: String) -> Node? { values[key] }

    func error(_ node: Node, _ problem: String, hint: String) -> DefinitionError {
        DefinitionError(file: file, line: node.mark?.line, problem, hint: hint)
    }

    func required<T>(_ key: String, _ value: T?) throws(DefinitionError) -> T {
        guard let value else {
            throw error(
                mapping, "\(what) lacks the key '\(key)'", hint: "see Pipelines/README.md")
        }
        return value
    }

    func text(_ key: String) throws(DefinitionError) -> String? {
        guard let node = values[key] else { return nil }
        guard case .scalar(let scalar) = node, !scalar.string.isEmpty else {
            throw wrong(node, key, "text")
        }
        return scalar.string
    }

    func flag(_ key: String) throws(DefinitionError) -> Bool? {
        guard let node = values[key] else { return nil }
        switch node.scalar?.string {
        case "true": return true
        case "false": return false
        default: throw wrong(node, key, "true or false")
        }
    }

    func integer(_ key: String, in range: ClosedRange<Int>) throws(DefinitionError) -> Int? {
        guard let node = values[key] else { return nil }
        guard let value = (node.scalar?.string).flatMap({ Int($0) }), range.contains(value) else {
            throw wrong(
                node, key, "a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        return value
    }

    func positive(_ key: String) throws(DefinitionError) -> Double? {
        guard let node = values[key] else { return nil }
        guard let value = (node.scalar?.string).flatMap({ Double($0) }), value > 0, value.isFinite
        else { throw wrong(node, key, "a number above 0") }
        return value
    }

    func choice<Choice>(
        _ key: String, _: Choice.Type
    ) throws(DefinitionError) -> Choice?
    where Choice: RawRepresentable<String> & CaseIterable {
        guard let node = values[key] else { return nil }
        guard let text = node.scalar?.string, let value = Choice(rawValue: text) else {
            let choices = Choice.allCases.map(\.rawValue)
            throw error(
                node, "'\(key)' cannot be \(shown(node))",
                hint: Spelling.suggestion(for: node.scalar?.string ?? "", among: choices))
        }
        return value
    }

    private func wrong(_ node: Node, _ key: String, _ expected: String) -> DefinitionError {
        error(node, "'\(key)' cannot be \(shown(node))", hint: "it is \(expected)")
    }

    private func shown(_ node: Node) -> String {
        switch node {
        case .scalar(let scalar): "'\(scalar.string.prefix(60))'"
        case .sequence: "a list"
        case .mapping: "a mapping"
        default: "an alias"
        }
    }
}

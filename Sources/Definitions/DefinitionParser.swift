package import PipelineCore
import Yams

/// Reads pipeline definitions from YAML, and says exactly where one is wrong.
///
/// ```yaml
/// name: imagenet-lite
/// members: [efficientnet_lite0, efficientnet_lite1]
/// combine: mean-probability
/// ```
package struct DefinitionParser: Sendable {
    /// A definition is a page of text; more is a mistake or an attack.
    static let maximumBytes = 64 << 10

    private let models: [String]

    /// A parser that knows the models of these names.
    package init(models: [String]) { self.models = models }

    /// The definition that `text` holds; `file` is what errors call it.
    package func parse(
        _ text: String, file: String
    ) throws(DefinitionError) -> PipelineDefinition {
        let fields = try MappingReader(
            root(of: text, file: file), file: file, of: "a definition",
            keys: [
                "name", "description", "members", "combine", "orient", "decode", "top", "shard",
            ])
        _ = try fields.text("description")
        var definition = PipelineDefinition(
            name: try fields.required("name", fields.text("name")),
            members: try members(fields))
        if let value = try fields.choice("combine", Combination.self) {
            definition.combination = value
        }
        if let value = try fields.choice("decode", DecodeMode.self) { definition.decode = value }
        if let value = try fields.flag("orient") { definition.orient = value }
        if let value = try fields.integer("top", in: 1...100) { definition.top = value }
        if let value = try fields.integer("shard", in: 1...10_000) { definition.shardSize = value }
        return definition
    }

    private func root(of text: String, file: String) throws(DefinitionError) -> Node {
        guard text.utf8.count <= Self.maximumBytes else {
            throw DefinitionError(
                file: file, line: nil, "the file is larger than \(Self.maximumBytes >> 10) KiB",
                hint: "a definition is a page of text; is this the right file?")
        }
        if let anchor = Anchors.firstLine(in: text) {
            throw DefinitionError(
                file: file, line: anchor, "anchors and aliases are not supported",
                hint: "write the value out")
        }
        do {
            guard let node = try Yams.compose(yaml: text) else {
                throw DefinitionError(
                    file: file, line: nil, "the file is empty",
                    hint: "a definition needs at least 'name' and 'members'")
            }
            return node
        } catch let error as DefinitionError {
            throw error
        } catch let error as YamlError {
            throw DefinitionError(error, file: file)
        } catch {
            throw DefinitionError(
                file: file, line: nil, "this is not YAML: \(error)", hint: "see Pipelines/README.md")
        }
    }

    private func members(_ fields: MappingReader) throws(DefinitionError) -> [Member] {
        let node = try fields.required("members", fields.node("members"))
        guard case .sequence(let list) = node, !list.isEmpty else {
            throw fields.error(
                node, "'members' is not a list of models",
                hint: "write for example: members: [\(models.first ?? "model")]")
        }
        var members: [Member] = []
        for entry in list {
            let member = try member(entry, file: fields.file)
            guard !members.contains(where: { $0.name == member.name }) else {
                throw fields.error(
                    entry, "two members are called '\(member.name)'",
                    hint: "give one of them another 'name'")
            }
            members.append(member)
        }
        return members
    }

    private func member(_ node: Node, file: String) throws(DefinitionError) -> Member {
        if case .scalar(let scalar) = node {
            try check(scalar.string, node, file: file)
            return Member(name: scalar.string, model: scalar.string)
        }
        let fields = try MappingReader(
            node, file: file, of: "a member", keys: ["model", "name", "weight", "precision"])
        let model = try fields.required("model", fields.text("model"))
        try check(model, fields.node("model") ?? node, file: file)
        let name = try fields.text("name") ?? model
        guard MemberName.isValid(name) else {
            throw fields.error(
                fields.node("name") ?? node, "'\(name)' cannot name a member",
                hint: "use letters, digits, '.', '-' and '_', at most 64 of them")
        }
        return Member(
            name: name, model: model,
            weight: try fields.positive("weight") ?? 1,
            precision: try fields.choice("precision", Precision.self) ?? .f32)
    }

    private func check(_ model: String, _ node: Node, file: String) throws(DefinitionError) {
        guard models.contains(model) else {
            throw DefinitionError(
                file: file, line: node.mark?.line, "there is no model '\(model)'",
                hint: Spelling.suggestion(for: model, among: models))
        }
    }
}

extension DefinitionError {
    /// What the YAML parser says, at the line where it says it.
    fileprivate init(_ error: YamlError, file: String) {
        switch error {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            self.init(
                file: file, line: mark.line, "this is not YAML: \(problem)",
                hint: "see Pipelines/README.md")
        default:
            self.init(
                file: file, line: nil, "this is not YAML: \(error)", hint: "see Pipelines/README.md")
        }
    }
}

/// The names that members may have: they become names of tensors and of CSV columns.
enum MemberName {
    static func isValid(_ name: String) -> Bool {
        (1...64).contains(name.utf8.count)
            && name.unicodeScalars.allSatisfy { scalar in
                scalar.isASCII
                    && (scalar.properties.isAlphabetic || scalar.properties.numericType != nil
                        || "._-".unicodeScalars.contains(scalar))
            }
    }
}

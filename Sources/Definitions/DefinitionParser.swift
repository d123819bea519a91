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
    /// More members than anybody would wait for.
    static let maximumMembers = 64

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
        let combination = try fields.choice("combine", Combination.self) ?? .meanProbability
        var definition = PipelineDefinition(
            name: try fields.required("name", fields.name("name")),
            members: try members(fields, combination), combination: combination)
        definition.description = try fields.text("description")
        if let value = try fields.choice("decode", DecodeMode.self) { definition.decode = value }
        if let value = try fields.flag("orient") { definition.orient = value }
        if let value = try fields.integer("top", in: 1...100) { definition.top = value }
        if let value = try fields.integer("shard", in: 1...10_000) { definition.shardSize = value }
        return definition
    }

    private func root(of text: String, file: String) throws(DefinitionError) -> Node {
        guard text.utf8.count <= Self.maximumBytes else {
            throw DefinitionError(
                file: file, nil, "the file is larger than \(Self.maximumBytes >> 10) KiB",
                hint: "a definition is a page of text; is this the right file?")
        }
        if let place = Aliases.first(in: text) {
            throw DefinitionError(
                file: file, place, "definitions have no aliases", hint: "write the value out")
        }
        let node: Node?
        do {
            node = try Yams.compose(yaml: text, .default, .default, .utf8)
        } catch {
            throw DefinitionError(error, file: file)
        }
        guard let node else {
            throw DefinitionError(
                file: file, nil, "the file is empty",
                hint: "a definition needs at least 'name' and 'members'")
        }
        return node
    }

    private func members(
        _ fields: MappingReader, _ combination: Combination
    ) throws(DefinitionError) -> [Member] {
        let node = try fields.required("members", fields.node("members"))
        guard case .sequence(let list) = node, !list.isEmpty else {
            throw fields.error(
                "members", "'members' is not a list of models",
                hint: "write for example: members: [\(models.first ?? "model")]")
        }
        guard list.count <= Self.maximumMembers else {
            throw fields.error(
                "members", "there are \(list.count) members",
                hint: "a definition has at most \(Self.maximumMembers)")
        }
        var members: [Member] = []
        for entry in list {
            let member = try member(entry, combination, file: fields.file)
            guard !members.contains(where: { $0.name == member.name }) else {
                throw DefinitionError(
                    file: fields.file, entry.place, "two members are called '\(member.name)'",
                    hint: "give one of them another name, as in "
                        + "{model: \(member.model), name: \(member.name)-2}")
            }
            members.append(member)
        }
        return members
    }

    private func member(
        _ node: Node, _ combination: Combination, file: String
    ) throws(DefinitionError) -> Member {
        if let model = node.text {
            try check(model, node, file: file)
            return Member(name: model, model: model)
        }
        let fields = try MappingReader(
            node, file: file, of: "a member", keys: ["model", "name", "weight", "precision"])
        let model = try fields.required("model", fields.text("model"))
        try check(model, fields.node("model") ?? node, file: file)
        let weight = try fields.positive("weight")
        guard weight == nil || combination == .weightedMean else {
            throw fields.error(
                "weight", "a weight counts for nothing with combine: \(combination.rawValue)",
                hint: "remove it, or write combine: \(Combination.weightedMean.rawValue)")
        }
        return Member(
            name: try fields.name("name") ?? model, model: model, weight: weight ?? 1,
            precision: try fields.choice("precision", Precision.self) ?? .auto)
    }

    private func check(_ model: String, _ node: Node, file: String) throws(DefinitionError) {
        guard models.contains(model) else {
            throw DefinitionError(
                file: file, node.place, "there is no model '\(model.prefix(80))'",
                hint: Spelling.suggestion(for: model, among: models))
        }
    }
}

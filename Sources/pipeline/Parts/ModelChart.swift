import ArgumentParser
import Charts
import PipelineCore

/// Networks as points of a chart: accuracy against what it costs.
struct ModelChart {
    /// What accuracy is set against.
    enum Basis: String, CaseIterable, ExpressibleByArgument {
        case speed, gflop
    }

    /// The chart.
    let chart: ScatterChart
    /// What it leaves out and why, as a sentence; nil where it leaves out nothing.
    let remark: String?

    /// Sets the accuracy of `models` against `basis`, or against speed in that precision where any
    /// was measured.
    ///
    /// Networks without a figure of either kind are left out. `place` is where speeds were measured.
    init(
        _ models: [ModelFacts], precision: Precision, against basis: Basis?,
        place: String = "this machine"
    ) {
        let rated = models.filter { $0.top1 != nil }
        let measured = rated.filter { $0.speed(precision) != nil }
        let basis = basis ?? (measured.isEmpty ? .gflop : .speed)
        let shown = basis == .speed ? measured : rated
        chart = ScatterChart(
            title: basis == .speed
                ? "Accuracy against speed, on \(place)" : "Accuracy against arithmetic",
            xTitle: basis == .speed
                ? "images a second (more is better)"
                : "GFLOP an image, a multiply-add counting two (less is better)",
            yTitle: "top-1 accuracy on ImageNet, as published (%)",
            sizeTitle: "million parameters", betterX: basis == .speed ? .more : .less,
            points: shown.map { Self.point($0, precision, basis) })
        remark = Self.remark(
            basis: basis, unmeasured: rated.count - measured.count,
            unrated: models.count - rated.count)
    }

    private static func point(
        _ model: ModelFacts, _ precision: Precision, _ basis: Basis
    ) -> ScatterChart.Point {
        let speed = model.speed(precision)
        let top1 = (model.top1 ?? 0) * 100
        let words = [
            "\(rounded(top1)) %",
            basis == .speed ? speed.map { "\(rounded($0.rate)) images/s in \($0.precision)" } : nil,
            basis == .gflop ? "\(ModelFacts.gigas(model.gflop)) GFLOP" : nil,
            "\(ModelFacts.millions(Double(model.parameters) / 1e6)) parameters",
        ]
        return ScatterChart.Point(
            name: model.name, group: model.family,
            x: basis == .speed ? speed?.rate ?? 1 : model.gflop, y: top1,
            size: Double(model.parameters) / 1e6,
            detail: words.compactMap(\.self).joined(separator: ", "))
    }

    private static func remark(basis: Basis, unmeasured: Int, unrated: Int) -> String? {
        var parts: [String] = []
        if unmeasured > 0 {
            parts.append(
                basis == .speed
                    ? "left out: \(counted(unmeasured, "network")) that nobody measured here"
                    : "no speed is shown")
            parts[0] += "; 'pipeline bench --models NAME' measures one, '--models all' every one"
        }
        if unrated > 0 {
            parts.append("left out: \(counted(unrated, "network")) without a published accuracy")
        }
        return parts.isEmpty ? nil : parts.joined(separator: "\n")
    }
}

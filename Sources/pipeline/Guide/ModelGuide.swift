import Foundation
import PipelineCore

/// The page that helps to choose a network, in Markdown, made of the catalogue and of measurements.
struct ModelGuide {
    /// Commercial use is not what these allow.
    private static let restricted = ["CC-BY-NC-4.0"]
    /// Budgets of one image, in GFLOP, and what they suit.
    private static let budgets: [(limit: Double, use: String)] = [
        (0.25, "millions of photos on one machine"), (0.7, "the same, a little surer"),
        (1, "everyday labelling"), (2, "everyday labelling, a little surer"),
        (5, "careful labelling"), (10, "few photos, or many machines"), (25, "accuracy first"),
        (100, "accuracy at any price"),
    ]

    /// The networks, with what was measured of them.
    let models: [ModelFacts]
    /// The processor that they were measured on.
    let processor: String

    /// The whole page.
    var text: String {
        ([head, "## In short", short, "## The families"] + families + [adding])
            .joined(separator: "\n\n") + "\n"
    }

    private var head: String {
        """
        <!-- Written by 'make docs' from the catalogue; what is changed here by hand is lost. -->

        # Which network?

        \(models.count) published networks of \(familyNames.count) families can be named in a \
        [pipeline definition](../Pipelines/README.md), and any other can be \
        [added](#adding-one). `pipeline models list` shows them as a table that can be sorted, \
        `pipeline models chart` as a picture like this one, with the speeds of your own machine.

        ![Accuracy against images a second, and the networks of which no other is both faster and \
        more accurate](models.svg)

        **Top-1** is the published share of ImageNet's validation images that the network's first \
        guess is right about. **GFLOP** is the arithmetic of one image, in billions, a multiply-add \
        counting two. **Images/s** was measured with `pipeline bench` on two cores of an \
        \(processor), in single precision (f32) and in 8-bit integers (int8), which follow f32 \
        closely enough only where the guard says so ([engine](engine.md#which-arithmetic)).
        """
    }

    /// The most accurate network for each budget.
    private var short: String {
        var lines = [
            "| Up to | For | Network | Top-1 | GFLOP | Parameters | Images/s f32 | int8 |",
            "|---|---|---|---|---|---|---|---|",
        ]
        for (limit, use) in Self.budgets {
            let best = models.filter { $0.gflop <= limit && !Self.restricted.contains($0.licence) }
                .max { ($0.top1 ?? 0, -$0.gflop) < ($1.top1 ?? 0, -$1.gflop) }
            guard let best else { continue }
            lines.append(
                "| \(limit < 1 ? "\(limit)" : "\(Int(limit))") GFLOP | \(use) | `\(best.name)` | "
                    + figures(best).joined(separator: " | ") + " |")
        }
        return """
            The most accurate network for each budget, of those whose licence allows any use:

            \(lines.joined(separator: "\n"))

            - **In doubt**, take what the program takes: `imagenet-lite`, three EfficientNet-Lite \
            networks in 8-bit integers.
            - **Surer than any single network** is a committee of different families: \
            [`imagenet-mixed`](../Pipelines/README.md) has four that err in different places.
            - **Your own classes** need weights that know them: fine-tune a network of any family \
            here in PyTorch, and [add](#adding-one) it.
            - **Figures are of ImageNet.** On other photos the order may differ: label a few hundred \
            of your own with two candidates, and look where they disagree.
            """
    }

    private var familyNames: [String] {
        var seen: Set<String> = []
        return models.map(\.family).filter { seen.insert($0).inserted }
    }

    private var families: [String] {
        familyNames.map { family in
            let members = models.filter { $0.family == family }
            let paper = members.first?.paper.map { " ([paper](\($0)))" } ?? ""
            let rows = members.map { model in
                "| `\(model.name)` | \(model.input) | "
                    + figures(model).joined(separator: " | ") + " | \(model.licence) |"
            }
            return """
                ### \(family)\(paper)

                \(FamilyAdvice.texts[family] ?? "")

                | Network | Input | Top-1 | GFLOP | Parameters | Images/s f32 | int8 | Licence |
                |---|---|---|---|---|---|---|---|
                \(rows.joined(separator: "\n"))
                """
        }
    }

    private func figures(_ model: ModelFacts) -> [String] {
        [
            model.top1.map { "\(rounded($0 * 100)) %" } ?? "-", ModelFacts.gigas(model.gflop),
            ModelFacts.millions(Double(model.parameters) / 1e6),
            model.measured["f32"].map(rounded) ?? "", model.measured["int8"].map(rounded) ?? "",
        ]
    }

    private var adding: String {
        """
        ## Adding one

        **Weights of your own**, of any architecture here:

        ```
        pipeline models add birds --weights birds.pth --architecture resnet50 --classes birds.txt
        ```

        **Any other classifier**, exported to ONNX ([what is read](onnx.md)):

        ```
        pipeline models add birds --onnx birds.onnx --classes birds.txt
        ```

        Either can be named in a definition from then on; `pipeline models quantize birds \
        --calibration FOLDER` makes 8-bit integers of it. **An architecture that is missing** is one \
        file of code: [extending](extending.md#-a-model).
        """
    }
}

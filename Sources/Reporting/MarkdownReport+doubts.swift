import Curation
import PipelineCore

/// What the ensemble was sure of, what not, and what it never saw.
extension MarkdownReport {
    /// How labels compare with those that the dataset came with; nil where it came with none.
    var givenLabels: String? {
        guard let given, given.known + given.unknown > 0 else { return nil }
        var lines = ["## Given labels", ""]
        if given.known > 0 {
            let share = { (count: Int) in percent(Double(count) / Double(given.known)) }
            lines.append(
                "Of \(given.known) labelled images that came with a class, "
                    + "\(given.agreeing) (\(share(given.agreeing))) were labelled the same, and for "
                    + "\(given.listed) (\(share(given.listed))) it is among the "
                    + "\(run.definition.top) most probable.")
        }
        if given.unknown > 0 {
            lines.append(
                "\(given.unknown) labelled images came with what is no class of these networks.")
        }
        return lines.joined(separator: "\n")
    }

    /// The bins of the confidence histogram as bars of text.
    var histogram: String {
        let confidence = statistics.confidence
        guard let mean = confidence.mean, let most = confidence.counts.max(), most > 0 else {
            return "## Confidence\n\nNo image was labelled."
        }
        var lines: [String] = []
        for (bin, count) in confidence.counts.enumerated() {
            let bounds = confidence.bounds(ofBin: bin)
            // A bin with any image at all shows a bar.
            let share = Double(count) / Double(most) * Double(Self.barLength)
            let length = count == 0 ? 0 : max(1, Int(share.rounded()))
            let bar = String(repeating: "█", count: length)
            lines.append(
                "\(decimals(bounds.lowerBound, 2))–\(decimals(bounds.upperBound, 2)) "
                    + "\(padded(bar, to: Self.barLength)) \(count)")
        }
        return "## Confidence\n\n"
            + "Images by the confidence of their label; higher is surer. "
            + "The mean is \(decimals(mean, 3)).\n\n"
            + "```text\n" + lines.joined(separator: "\n") + "\n```"
    }

    /// The images that a person should look at first.
    var leastCertain: String {
        let entries = statistics.leastCertain.entries
        guard !entries.isEmpty else { return "## Least certain images\n\nNo image was labelled." }
        var table = MarkdownTable([
            ("File", .left), ("Label", .left), ("Confidence", .right), ("Margin", .right),
            ("Entropy", .right), ("Members say", .left),
        ])
        for entry in entries {
            let prediction = entry.prediction
            table.append([
                markdown(entry.file.text), markdown(label(prediction.index)),
                decimals(prediction.confidence, 3), decimals(prediction.margin, 3),
                decimals(prediction.entropy, 3), opinions(prediction),
            ])
        }
        return "## Least certain images\n\n"
            + "The lowest confidences; a person should look at these first.\n\n" + table.text
    }

    /// What each member says, the ones who say the same in one breath.
    private func opinions(_ prediction: Prediction) -> String {
        var opinions: [(index: Int, names: [String])] = []
        for (member, choice) in zip(run.definition.members, prediction.members) {
            if let place = opinions.firstIndex(where: { $0.index == choice.index }) {
                opinions[place].names.append(markdown(member.name))
            } else {
                opinions.append((choice.index, [markdown(member.name)]))
            }
        }
        return opinions.map { opinion in
            opinion.names.joined(separator: ", ") + ": " + markdown(label(opinion.index))
        }.joined(separator: "; ")
    }

    /// How often members put the same class first as the ensemble and as each other.
    var agreement: String {
        let (shares, names) = (statistics.agreement, run.definition.members.map(\.name))
        guard shares.total > 0 else { return "## Agreement\n\nNo image was labelled." }
        var table = MarkdownTable(
            [("Member", .left), ("Ensemble", .right)] + names.map { (markdown($0), .right) })
        for (member, name) in names.enumerated() {
            table.append(
                [markdown(name), percent(shares.withEnsemble(member))]
                    + names.indices.map { percent(shares.between(member, $0)) })
        }
        return "## Agreement\n\n"
            + "The share of labelled images on which a member's own class is that of the ensemble, "
            + "and of each other member. All of them agree on "
            + "\(percent(shares.unanimity)).\n\n" + table.text
    }

    /// Images without a label, by reason.
    var failures: String {
        let failures = statistics.failures
        guard failures.total > 0 else { return "## Failures\n\nNone." }
        var counts = MarkdownTable([("Reason", .left), ("Images", .right)])
        var examples = MarkdownTable([("Reason", .left), ("File", .left), ("Detail", .left)])
        for group in failures.byReason {
            counts.append([markdown(group.reason), "\(group.count)"])
            for example in group.examples {
                examples.append([
                    markdown(group.reason), markdown(example.file.text), markdown(example.detail),
                ])
            }
        }
        return "## Failures\n\n" + counts.text
            + "\n\nThe first of each, up to \(failures.limit):\n\n" + examples.text
    }
}

package import Curation
import FoundationEssentials
package import PipelineCore

/// What a run found, for people: facts, members, classes, confidence, doubts and failures.
///
/// The same run gives the same text. Names are shown literally, whatever characters they hold.
package struct MarkdownReport: Sendable {
    /// Classes that are listed one by one.
    static let listedClasses = 20
    /// Columns of the histogram's longest bar.
    static let barLength = 40

    let run: Run
    let classes: ClassList
    let statistics: RunStatistics
    let given: GivenLabels?

    /// A report of `run`, whose rows `statistics` and `given` have seen; it has labels from `classes`.
    package init(
        run: Run, classes: ClassList, statistics: RunStatistics, given: GivenLabels? = nil
    ) {
        self.run = run
        self.classes = classes
        self.statistics = statistics
        self.given = given
    }

    /// The whole report as GitHub's Markdown.
    package var text: String {
        let sections: [String] = [
            head, members, classCounts, givenLabels, histogram, leastCertain, agreement, failures,
        ].compactMap(\.self)
        return sections.joined(separator: "\n\n") + "\n"
    }

    private var head: String {
        var table = MarkdownTable([("Run", .left), (run.id.text, .left)])
        table.append(["Dataset", markdown(run.dataset.text)])
        table.append(["Manifest's SHA-256", run.manifest.hex])
        table.append(["Pipeline", markdown(run.definition.name)])
        table.append(["Combination", run.definition.combination.rawValue])
        table.append(["Classes", "\(markdown(classes.name)), \(classes.labels.count)"])
        table.append(["Submitted", submissionTime])
        table.append(["Images", "\(statistics.rows)"])
        table.append(["Labelled", "\(statistics.labelled)"])
        table.append(["Failed", "\(statistics.failures.total)"])
        table.append(
            ["Shards", "\(run.counts.shardsDone) done, \(run.counts.shardsFailed) given up"])
        let name = run.dataset.bytes.split(separator: UInt8(ascii: "/")).last ?? []
        return "# Labels of \(markdown(RelativePath(bytes: name).text))\n\n" + table.text
    }

    private var submissionTime: String {
        Date(timeIntervalSince1970: Double(run.created)).formatted(.iso8601)
    }

    private var members: String {
        var table = MarkdownTable([
            ("Member", .left), ("Model", .left), ("Precision", .left), ("Weight", .right),
            ("Weights' SHA-256", .left),
        ])
        for member in run.definition.members {
            table.append([
                markdown(member.name), markdown(member.model), member.precision.rawValue,
                "\(member.weight)", member.weights?.hex ?? "–",
            ])
        }
        return "## Members\n\n" + table.text
    }

    private var classCounts: String {
        let (counts, total) = (statistics.classes, statistics.classes.total)
        let present = "\(counts.present) of \(classes.labels.count) classes were given."
        guard total > 0 else { return "## Classes\n\n" + present }
        var table = MarkdownTable([
            ("Class", .left), ("Index", .right), ("Images", .right), ("Share", .right),
        ])
        let listed = counts.largest(Self.listedClasses)
        for (index, count) in listed {
            table.append([
                markdown(label(index)), "\(index)", "\(count)",
                percent(Double(count) / Double(total)),
            ])
        }
        let rest = total - listed.reduce(0) { $0 + $1.count }
        if counts.present > listed.count {
            table.append([
                "*\(counts.present - listed.count) others*", "", "\(rest)",
                percent(Double(rest) / Double(total)),
            ])
        }
        return "## Classes\n\n\(present)\n\n" + table.text
    }

    func label(_ index: Int) -> String {
        classes.labels.indices.contains(index) ? classes.labels[index] : "class \(index)"
    }
}

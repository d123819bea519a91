import PipelineCore

/// Runs and workers as a person reads them.
enum StatusText {
    /// One run: what it is, how far it is, who works on it.
    static func of(_ status: RunStatus) -> String {
        let (run, counts) = (status.run, status.run.counts)
        let line = ProgressLine(status)
        var rows = [
            ("run", "\(run.id), \(run.state.rawValue)"),
            ("dataset", shown(run.dataset.text)),
            ("pipeline", shown(run.definition.name) + ": " + members(of: run)),
            ("images", line.sentence),
            (
                "shards",
                "\(counts.shardsDone) done, \(counts.shardsLeased) leased, "
                    + "\(counts.shardsQueued) waiting, \(counts.shardsFailed) given up"
            ),
        ]
        if run.priority != 0 { rows.append(("priority", "\(run.priority)")) }
        if let words = run.hold { rows.append(("held", shown(words))) }
        if let words = audit(in: status) { rows.append(("audit", words)) }
        if let hosts = status.disputants {
            let names = hosts.map { "'\(shown($0))'" }.joined(separator: " and ")
            rows.append(("test image", "\(names) differ; one of them computes wrongly"))
        }
        if counts.quarantined > 0 {
            rows.append(("quarantine", "\(counted(counts.quarantined, "image")) that end workers"))
        }
        if let late = status.late {
            rows.append(("late", "\(counted(late, "request")) of leases that had ended, refused"))
        }
        for holder in status.holders {
            let work = "shard \(holder.shard), \(counted(holder.progress, "image"))"
            rows.append(("worker", "\(shown(holder.worker)): \(work)"))
        }
        return rows.map { $0.rightPadded(to: 12) + $1 }.joined(separator: "\n")
    }

    /// Every run, and the workers lately seen.
    static func of(_ list: RunList) -> String {
        guard !list.runs.isEmpty || !list.workers.isEmpty else {
            return "no runs yet; 'pipeline submit' gives a dataset to the coordinator"
        }
        var text = TextTable(["Run", "State", "Images", "Done", "Failed", "Pipeline", "Dataset"])
        for run in list.runs {
            text.append([
                run.id.text, run.state.rawValue, "\(run.counts.images)",
                "\(run.counts.labelled + run.counts.failed)", "\(run.counts.failed)",
                shown(run.definition.name), shown(run.dataset.text),
            ])
        }
        var runs = text.text
        if let earlier = list.earlier {
            runs += "\n\nand \(earlier) earlier; 'pipeline status RUN' shows any of them"
        }
        let quarantine = (list.quarantined ?? []).map { "\n" + QuarantineText.of($0) }.joined()
        guard !list.workers.isEmpty else { return runs + quarantine }
        var workers = TextTable(["Worker", "Version", "Images", "Last seen"])
        for worker in list.workers {
            workers.append([
                shown(worker.name), shown(worker.version), "\(worker.images)",
                "\(ProgressLine.clock(worker.silence)) ago",
            ])
        }
        return (list.runs.isEmpty ? "" : runs + "\n\n") + workers.text + quarantine
    }

    /// `2 % of the shards: 3 agreed, 1 waiting`, and what could not be done.
    private static func audit(in status: RunStatus) -> String? {
        guard let share = status.run.audit, let audit = status.audit else { return nil }
        var words = ["\(audit.agreed) agreed", "\(audit.waiting) waiting for another host"]
        if audit.undone > 0 { words.append("\(audit.undone) not done: there was no other host") }
        for dispute in audit.disputed {
            let hosts = dispute.hosts.map { "'\(shown($0))'" }.joined(separator: " and ")
            words.append("shard \(dispute.shard): \(hosts) disagree")
        }
        return "\(share.text) % of the shards: " + words.joined(separator: ", ")
    }

    private static func members(of run: Run) -> String {
        run.definition.members.map { shown($0.name) }.joined(separator: ", ")
            + ", \(run.definition.combination.rawValue)"
    }
}

/// Text that anyone may have chosen, fit for a terminal: control characters become escapes.
func shown(_ text: String) -> String {
    text.unicodeScalars.map { scalar in
        switch scalar.properties.generalCategory {
        case .control, .lineSeparator, .paragraphSeparator:
            "\\u{\(String(scalar.value, radix: 16, uppercase: true))}"
        default: String(scalar)
        }
    }.joined()
}

import PipelineCore

/// The quarantine as a person reads it.
enum QuarantineText {
    /// An image a paragraph: where it is, and a line a death; then the workers.
    static func of(_ list: QuarantineList) -> String {
        let workers = (list.workers ?? []).map(of)
        guard !list.images.isEmpty || !workers.isEmpty else { return "nothing is in quarantine" }
        let images = list.images.map { image in
            let name = image.file.map { shown($0.text) } ?? "?"
            let deaths = image.crashes.map { "  " + line($0) }
            return (["\(image.run) row \(image.row): \(name)"] + deaths).joined(separator: "\n")
        }
        return (images + workers).joined(separator: "\n")
    }

    /// A host a line, and why.
    static func of(_ worker: QuarantinedWorker) -> String {
        "workers of host '\(shown(worker.host))': \(shown(worker.reason))"
    }

    private static func line(_ crash: Crash) -> String {
        let held = "worker '\(shown(crash.worker))' died with \(counted(crash.images, "image"))"
        guard let mark = crash.mark else { return held + ", in silence" }
        let signal = mark.signal.map { " of signal \($0)" } ?? ""
        let rows = mark.rows.map { ", rows \($0) in hand" } ?? ""
        return held + signal + rows
    }
}

import Foundation
import Glibc
import PipelineCore
import Reporting

/// The folder that `pipeline label` fills: manifests, report, facts and results.
///
/// Its runs live in a hidden folder inside, so that a run that was cut short goes on there.
struct LabelFolder {
    let path: String
    /// Everything the embedded coordinator keeps.
    private(set) var jobs: JobFolder
    private var jobsPath: String { path + "/.pipeline" }
    /// Where the worker of this process leaves its crash marker.
    var statePath: String { jobsPath + "/worker" }
    /// How long shards wait for the worker of a process that was killed, unless its marker tells
    /// that it is dead.
    private static let term = Duration.seconds(5)

    /// Opens the folder at `path`, making it if need be; throws when another process has it open.
    init(path: String) throws {
        self.path = path
        try makeFolder(path)
        jobs = try JobFolder(path: path + "/.pipeline", term: Self.term)
    }

    /// Makes room for `dataset`: leaves its own run alone, and clears away one of an earlier state
    /// of the same dataset or of another definition, but for the results that the ledger knows.
    ///
    /// Refuses a folder that holds the labels of another dataset.
    mutating func prepare(for dataset: ListedDataset) async throws {
        let runs = try await jobs.store.runs()
        if let other = runs.first(where: { $0.dataset != dataset.path }) {
            throw Failure(
                .wrongData, "'\(path)' holds the labels of another dataset, '\(other.dataset)'",
                hint: "choose another folder with --output, or remove '\(path)'")
        }
        // There is no other host to go on: whoever calls again has seen to this one.
        for worker in try await jobs.store.quarantinedWorkers() {
            try await jobs.store.releaseWorker(worker.host)
        }
        guard try runs.contains(where: { try !dataset.isTheDataset(of: $0) }) else { return }
        if runs.contains(where: { $0.state != .done }) {
            Console.shared.note(
                "the files or the definition have changed since the unfinished run in '\(path)'; "
                    + "starting anew with what is known of its images")
        }
        try jobs.close()
        let manager = FileManager.default
        do {
            // The lock file stays, since another process may be waiting at it; so do the ledger and
            // what it points into.
            for name in try manager.contentsOfDirectory(atPath: jobsPath)
            where !name.hasSuffix(".lock") && name != "objects"
                && !name.hasPrefix("ledger.sqlite")
            {
                try manager.removeItem(atPath: jobsPath + "/" + name)
            }
        } catch {
            throw Failure(error, "'\(jobsPath)' cannot be cleared")
        }
        jobs = try JobFolder(path: jobsPath, term: Self.term)
    }

    /// Writes everything that is known of a finished run; `run.json` comes last.
    func write(_ run: Run, _ facts: LabellingFacts?) async throws {
        try await linkResults(of: run)
        for format in ManifestFormat.allCases {
            let file = try OutputFile(path: "\(path)/manifest.\(format.rawValue)")
            try await jobs.reporter.export(run, as: format) { bytes in try file.write(bytes) }
            try file.finish()
        }
        try save(Array(try await jobs.reporter.report(run).utf8), as: "report.md")
        try await removeStaleResults(of: run)
        // A run that was done before tells of the time it took then.
        guard facts != nil || !FileManager.default.fileExists(atPath: path + "/run.json") else {
            return
        }
        let summary = RunSummary(
            run, program: programVersion, timing: facts?.timing, reuse: facts?.reuse)
        try save(Array(try summary.json()), as: "run.json")
    }

    /// Removes results that lost, and of earlier runs those that the ledger has no use for.
    private func removeStaleResults(of run: Run) async throws {
        let (objects, ledger) = (jobs.objects, jobs.ledger)
        try await objects.removeOrphans(
            of: run.id, in: jobs.store, keeping: try await ledger.results(of: run.id))
        let folder = jobsPath + "/objects/runs"
        for name in try FileManager.default.contentsOfDirectory(atPath: folder) {
            guard let other = RunID(name), other != run.id else { continue }
            let kept = try await ledger.results(of: other)
            for result in try objects.results(of: other) where !kept.contains(result) {
                try await objects.remove(result)
            }
            try await objects.remove(.manifest(other))
            // Only what is empty goes.
            rmdir("\(folder)/\(name)/results")
            rmdir("\(folder)/\(name)")
        }
    }

    private func save(_ bytes: [UInt8], as name: String) throws {
        let file = try OutputFile(path: "\(path)/\(name)")
        try file.write(bytes)
        try file.finish()
    }

    /// Gives each shard's result a second name, `results/shard-00000.safetensors` and so on.
    private func linkResults(of run: Run) async throws {
        let folder = path + "/results"
        try makeFolder(folder)
        let manager = FileManager.default
        var kept: Set<String> = []
        var next = 0
        var number = 0
        while true {
            let shards = try await jobs.store.endedShards(of: run.id, from: next, limit: 256)
            guard let last = shards.last else { break }
            next = last.range.rows.upperBound
            for shard in shards {
                // Counted in the order of their rows, which a shard's number says nothing about.
                let digits = String(number)
                number += 1
                guard let result = shard.result else { continue }
                let name =
                    "shard-" + String(repeating: "0", count: max(0, 5 - digits.count)) + digits
                    + ".safetensors"
                let key = ObjectKey.result(
                    run.id, shard: shard.range.index, epoch: shard.epoch, sha256: result.sha256)
                kept.insert(name)
                try place(try jobs.objects.path(of: key), at: folder + "/" + name)
            }
        }
        let stale = (try? manager.contentsOfDirectory(atPath: folder)) ?? []
        for name in stale
        where name.hasPrefix("shard-") && name.hasSuffix(".safetensors") && !kept.contains(name) {
            unlink(folder + "/" + name)
        }
    }

    /// A hard link where the file system has them, a copy where it has not.
    private func place(_ source: String, at target: String) throws {
        let draft = target + ".part"
        unlink(draft)
        do {
            if link(source, draft) != 0 {
                try FileManager.default.copyItem(atPath: source, toPath: draft)
            }
        } catch {
            throw Failure(error, "'\(target)' cannot be written")
        }
        guard rename(draft, target) == 0 else {
            throw Failure(systemError: errno, "'\(target)' cannot be written")
        }
    }
}

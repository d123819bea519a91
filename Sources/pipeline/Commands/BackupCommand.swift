import ArgumentParser
import Foundation
import Labelling
import PipelineCore
import Storage
import Transport

/// `pipeline backup`: a copy of a coordinator's job store.
struct BackupCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup",
        abstract: "Copy the job store of a coordinator while it runs.",
        discussion: """
            The copy holds runs, shards, leases, which results count, and the digests of tokens, \
            all as of one moment. Manifests and results are files of their own beneath \
            DIR/objects, which never change: copy those afterwards, with any tool.

              export PIPELINE_TOKEN_FILE=runs/tokens/admin
              pipeline backup --output jobs-$(date +%F).sqlite
              rsync -a runs/objects/ backup/objects/

            'pipeline restore' is the way back. An admin's token is needed.
            """)

    @Option(
        name: .shortAndLong,
        help: ArgumentHelp(
            "The file to write; it appears under its name when it is whole.", valueName: "file"))
    var output: String

    @OptionGroup var coordinator: CoordinatorOptions

    func run() async throws {
        try await interruptible(Interrupts()) {
            // The first byte comes when the copy is made, which takes as long as its size says.
            let client = try coordinator.client(timeouts: HTTPTimeouts(silence: .seconds(1800)))
            let file = try OutputFile(path: output, mode: 0o600)
            try await client.backup { bytes in try file.write(bytes) }
            // What is not a whole store is no backup, and must not be taken for one later.
            _ = try StoredBackup(path: file.draft)
            try file.finish()
            Console.shared.note("the job store is in '\(output)'")
        }
    }
}

/// `pipeline restore`: a backup takes the place of a job store.
struct RestoreCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore",
        abstract: "Put a backup into a coordinator's folder.",
        discussion: """
            The coordinator of that folder must not run. Copy the backup of DIR/objects to its \
            place first: restore looks whether every manifest and every result that counts is \
            there, and says which run lacks something.

              rsync -a backup/objects/ runs/objects/
              pipeline restore jobs-2026-11-25.sqlite --data runs

            Leases that were out at the time of the backup are waited for, and then given anew; \
            whatever workers did since is done again.
            """)

    @Argument(help: ArgumentHelp("What 'pipeline backup' wrote.", valueName: "file"))
    var file: String

    @Option(
        help: ArgumentHelp("The coordinator's folder.", valueName: "dir"), completion: .directory)
    var data: String

    @Flag(help: "Move a job store that is there out of the way.")
    var replace = false

    func run() async throws {
        guard FileManager.default.fileExists(atPath: file) else {
            throw Failure(
                .noInput, "there is no file '\(shown(file))'",
                hint: "name what 'pipeline backup' wrote")
        }
        let backup = try StoredBackup(path: file)
        try makeFolder(data, mode: 0o700)
        let aside = try backup.restore(to: data + "/jobs.sqlite", replaces: replace)
        if let aside { Console.shared.note("what was there is now '\(aside)'") }
        // Opening it is the proof; what an older version wrote is brought up to date by it.
        let folder = try JobFolder(path: data, term: .seconds(60))
        let (runs, lacking) = try await folder.census()
        try folder.close()
        try StandardOutput.print("restored \(counted(runs, "run")) to '\(data)'")
        guard !lacking.isEmpty else { return }
        let list = lacking.map { "run '\($0.run)' lacks \(counted($0.files, "file"))" }
        throw Failure(
            .wrongData, "the job store is restored, but \(list.joined(separator: ", "))",
            hint: "copy the backup of the objects into '\(data)/objects' and look again with "
                + "'pipeline restore \(file) --data \(data) --replace'")
    }
}

extension JobFolder {
    /// How many runs there are, and for each that lacks files how many: its manifest, and the
    /// results that count.
    fileprivate func census() async throws -> (runs: Int, lacking: [(run: RunID, files: Int)]) {
        let runs = try await store.runs()
        var lacking: [(run: RunID, files: Int)] = []
        for run in runs where run.state != .open {
            var missing = isHere(.manifest(run.id)) ? 0 : 1
            var row = 0
            while true {
                let shards = try await store.endedShards(of: run.id, from: row, limit: 1000)
                guard let last = shards.last else { break }
                row = last.range.firstRow + 1
                for shard in shards {
                    guard let result = shard.result else { continue }
                    let key = ObjectKey.result(
                        run.id, shard: shard.range.index, epoch: shard.epoch,
                        sha256: result.sha256)
                    if !isHere(key) { missing += 1 }
                }
            }
            if missing > 0 { lacking.append((run.id, missing)) }
        }
        return (runs.count, lacking)
    }

    private func isHere(_ key: ObjectKey) -> Bool { (try? objects.path(of: key)) != nil }
}

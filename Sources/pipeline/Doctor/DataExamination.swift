import Foundation
import Glibc
import PipelineCore
import Storage

/// Looks at a coordinator's folder, whether the coordinator runs or not.
struct DataExamination {
    let folder: String

    func findings() -> [Finding] {
        [
            Room.finding("data", in: folder, least: .mebibytes(256), fair: .gibibytes(2)),
            store(), secrets(),
        ]
    }

    /// Whether the job store is whole and of a version that this program reads.
    private func store() -> Finding {
        let path = folder + "/jobs.sqlite"
        guard access(path, F_OK) == 0 else {
            return Finding("job store", .skipped, "'\(path)' is not there yet")
        }
        do {
            _ = try StoredBackup(path: path)
            return Finding("job store", .ok, "'\(path)' is whole")
        } catch {
            return Finding(
                "job store", .failed, "\(error)",
                advice: "'pipeline restore BACKUP --data \(folder) --replace' puts a backup there")
        }
    }

    /// Whether others can read the tokens.
    private func secrets() -> Finding {
        let tokens = folder + "/tokens"
        let names = (try? FileManager.default.contentsOfDirectory(atPath: tokens)) ?? []
        guard !names.isEmpty else {
            return Finding("secrets", .skipped, "there are no token files")
        }
        for path in names.map({ tokens + "/" + $0 }) {
            var status = stat()
            guard lstat(path, &status) == 0 else { continue }
            guard status.st_mode & 0o077 == 0 else {
                return Finding(
                    "secrets", .failed, "others can read '\(path)'",
                    advice: "'chmod 600' it, then revoke its token: it may be known by now")
            }
        }
        return Finding("secrets", .ok, "only their owner can read the token files")
    }
}

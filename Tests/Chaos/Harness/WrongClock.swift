import Foundation
import Glibc
import TestSupport

/// A wall clock that is wrong, and may be set, for programs that are started under it.
///
/// Their monotonic clock stays right, as it does on a host whose clock is set.
struct WrongClock: Sendable {
    private let folder = TemporaryFolder()
    private var file: String { folder.file("clock") }

    /// One that is off by `offset`, such as `+3h`, or shows a time such as `@2020-01-01 00:00:00`.
    ///
    /// Ends the scenario without a verdict where clocks cannot be changed.
    init(_ offset: String) throws {
        _ = try Self.library()
        try set(offset)
    }

    /// Sets it.
    func set(_ offset: String) throws {
        try Data((offset + "\n").utf8).write(to: URL(filePath: file), options: .atomic)
    }

    /// What puts a program under it.
    var environment: [String: String] {
        get throws {
            [
                "LD_PRELOAD": try Self.library(), "FAKETIME_TIMESTAMP_FILE": file,
                "FAKETIME_NO_CACHE": "1", "FAKETIME_DONT_FAKE_MONOTONIC": "1",
                "DONT_FAKE_MONOTONIC": "1",
            ]
        }
    }

    /// Removes what the library shares among a program's processes, once it has started.
    func settle(_ program: RunningProgram) {
        for name in ["faketime_shm_", "sem.faketime_sem_"] {
            unlink("/dev/shm/\(name)\(program.identifier)")
        }
    }

    private static func library() throws -> String {
        let roots = ["/usr/lib", "/usr/lib64", "/usr/local/lib"]
        let folders = roots.flatMap { root in
            [root]
                + ((try? FileManager.default.contentsOfDirectory(atPath: root)) ?? [])
                .map { root + "/" + $0 }
        }
        let places = folders.map { $0 + "/faketime/libfaketimeMT.so.1" }
        guard let place = places.first(where: { FileManager.default.fileExists(atPath: $0) })
        else { throw Skipped("there is no libfaketime") }
        return place
    }
}

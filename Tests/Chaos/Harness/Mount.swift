import Foundation
import Glibc
import Rehearsal
import TestSupport

/// A file system that is mounted for one scenario.
///
/// The program has a mount namespace of its own where it is root, so that nothing stays behind when
/// it is killed.
final class Mount: Sendable {
    let path: String

    private static let mark = "CHAOS_APART"

    /// Starts this program over with mounts that nobody else sees, where it may have them.
    ///
    /// Where it may not, scenarios that mount are skipped by ``require(_:)``.
    static func keepApart() async throws {
        guard geteuid() == 0, getenv(mark) == nil, let unshare = Tools.path(of: "unshare"),
            (try? await Tools.run("unshare", "--mount", "true")) != nil
        else { return }
        setenv(mark, "1", 1)
        let words =
            [unshare, "--mount", try StubWorker.program]
            + CommandLine.arguments.dropFirst()
        var arguments = words.map { strdup($0) } + [nil]
        execv(unshare, &arguments)
        throw Failed("'\(unshare)' cannot be run: \(String(cString: strerror(errno)))")
    }

    /// Ends the scenario without a verdict unless file systems can be mounted here.
    static func require(_ trial: Trial) throws {
        try trial.requireRoot("mount", "umount")
        guard getenv(mark) != nil else { throw Skipped("file systems cannot be mounted here") }
    }

    /// A file system in memory, of `size` as `mount` takes it.
    static func memory(_ size: String, at path: String) async throws -> Mount {
        try make(path)
        try await Tools.run("mount", "-t", "tmpfs", "-o", "size=\(size)", "none", path)
        return Mount(path)
    }

    /// An ext4 file system in the file `image`.
    static func image(_ image: String, at path: String) async throws -> Mount {
        try make(path)
        try await Tools.run("mount", "-o", "loop", image, path)
        return Mount(path)
    }

    private init(_ path: String) { self.path = path }

    private static func make(_ path: String) throws {
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    /// Gives it another size.
    func resize(to size: String) async throws {
        try await Tools.run("mount", "-o", "remount,size=\(size)", path)
    }

    /// Takes it away.
    func remove() async throws { try await Tools.run("umount", "-l", path) }
}

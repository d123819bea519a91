import Foundation
import Subprocess
import SystemPackage

/// A program that is run to its end, without a shell in between.
struct ChildProcess {
    /// There is no such program.
    struct NotFound: Error {}

    let program: String
    let arguments: [String]
    let environment: [String: String]

    /// Runs the program and tells its exit status, negative for the signal that ended it; what it
    /// prints goes to the file at `log`.
    ///
    /// When the task is cancelled the program and what it started are asked to end, and waited
    /// for. Throws ``NotFound`` or ``WeightError``.
    func run(log: String) async throws -> Int32 {
        guard let executable else { throw NotFound() }
        let output: FileDescriptor
        do {
            output = try FileDescriptor.open(
                FilePath(log), .writeOnly, options: [.create, .truncate, .closeOnExec],
                permissions: .ownerReadWrite)
        } catch let error as Errno {
            throw WeightError.system(error.rawValue, writing: log)
        }
        var platform = PlatformOptions()
        platform.createSession = true
        platform.teardownSequence = [.gracefulShutDown(allowedDurationToNextStep: .seconds(5))]
        defer { try? output.close() }
        let variables = environment.map { (Environment.Key(stringLiteral: $0), $1) }
        let result = try await Subprocess.run(
            .path(FilePath(executable)), arguments: Arguments(arguments),
            environment: .custom(Dictionary(uniqueKeysWithValues: variables)),
            platformOptions: platform,
            output: .fileDescriptor(output, closeAfterSpawningProcess: false),
            error: .fileDescriptor(output, closeAfterSpawningProcess: false))
        switch result.terminationStatus {
        case .exited(let code): return code
        case .signaled(let signal): return 0 - signal
        }
    }

    /// Where the program lies: as it is named, or in the first folder of `PATH` that has it.
    private var executable: String? {
        let folders = (environment["PATH"] ?? "/usr/local/bin:/usr/bin:/bin").split(separator: ":")
        let places = program.contains("/") ? [program] : folders.map { "\($0)/\(program)" }
        return places.first { FileManager.default.isExecutableFile(atPath: $0) }
    }
}

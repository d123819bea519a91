import Glibc
import TestSupport
import Testing

@Suite("A child of the tests")
struct ChildTests {
    let folder = TemporaryFolder()

    /// With Foundation's processes about one end in a hundred went unnoticed here.
    @Test(
        "is heard of when it ends, whatever is started in the same moment", .timeLimit(.minutes(10))
    )
    func ends() async throws {
        let unheard = try await withThrowingTaskGroup(of: Int.self) { group in
            for task in 0..<8 {
                group.addTask {
                    var others: [Child] = []
                    var unheard = 0
                    for number in 0..<30 {
                        if number % 3 == 0 {
                            others.append(try await start("3600", "\(task)-long"))
                        }
                        let child = try await start("0", "\(task)-short")
                        let end = ContinuousClock.now + Program.patience
                        while child.status == nil, ContinuousClock.now < end {
                            try await Task.sleep(for: .milliseconds(2))
                        }
                        if child.status != 0 { unheard += 1 }
                    }
                    for other in others { #expect(other.status == nil) }
                    return unheard
                }
            }
            return try await group.reduce(0, +)
        }
        #expect(unheard == 0)
    }

    @Test("tells its exit code, or the signal that ended it")
    func status() async throws {
        let failed = try await RunningProgram.start(
            "/bin/sh", ["-c", "exit 7"], in: nil, environment: [:])
        let killed = try await RunningProgram.start(
            "/bin/sleep", ["3600"], in: nil, environment: [:])
        killed.send(SIGKILL)

        #expect(try await failed.end().status == 7)
        #expect(try await killed.end().status == 128 + SIGKILL)
    }

    @Test("that cannot be started ends with the code for that")
    func nothing() async throws {
        let program = try await RunningProgram.start(
            "/no/such/program", [], in: nil, environment: [:])
        #expect(try await program.end().status == 127)
    }

    private func start(_ seconds: String, _ name: String) async throws -> Child {
        try await Child.start(
            "/bin/sleep", [seconds], in: folder.path, environment: ["PATH": "/usr/bin:/bin"],
            out: folder.file(name), err: folder.file(name))
    }
}

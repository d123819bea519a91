import Foundation
import Glibc
import TestSupport
import Testing

@Suite("A worker's process")
struct WorkerCommandTests {
    let folder = TemporaryFolder()

    @Test("ends with the code of what it lacks, and hands its shard back")
    func withoutWeights() async throws {
        let dataset = try SampleDataset(0..<3)
        let coordinator = try await RunningCoordinator.start(over: folder.file("data"))
        let submitted = try await Program.run(
            "submit", dataset.path, "--pipeline", "imagenet-fast",
            environment: coordinator.access(as: "submitter"))
        // An empty cache, and no way to fill it.
        let lacking = [
            "PIPELINE_CACHE": folder.file("cache"), "PIPELINE_PYTHON": "/no/such/python",
        ]
        let worker = try await Program.run(
            "worker", environment: coordinator.access(as: "worker").merging(lacking) { $1 })
        let status = try await Program.run(
            "status", submitted.out.trimmingCharacters(in: .newlines),
            environment: coordinator.access(as: "viewer"))

        #expect(worker.status == 69, "\(worker.err)")
        #expect(worker.err.contains("error: '/no/such/python -m pip' cannot be run"))
        #expect(worker.err.contains("pipeline models pull --from FILE"))
        #expect(status.out.contains(" 0 leased, 1 waiting"), "\(status.out)")
    }

    static let signals: [(signal: CInt, status: Int32)] = [(SIGINT, 130), (SIGTERM, 0)]

    @Test("ends on its first signal when it has nothing to do", arguments: signals)
    func idle(signal: CInt, status: Int32) async throws {
        let coordinator = try await RunningCoordinator.start(over: folder.file("data"))
        let worker = try await coordinator.startWorker("--name", "idle")
        #expect(try await worker.wait { $0.err.contains("worker 'idle'") })
        worker.send(signal)
        let outcome = try await worker.end()

        #expect(outcome.status == status)
        #expect(outcome.err.contains("left after 0 images"))
    }
}

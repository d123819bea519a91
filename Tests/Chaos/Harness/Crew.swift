import Glibc
import Labelling
import PipelineCore
import Rehearsal
import TestSupport

/// Workers that replace each other, each under a name of its own.
struct Crew {
    private(set) var workers: [RunningProgram] = []
    private(set) var names: [String] = []
    let size: Int
    /// What a picture takes, in microseconds.
    let pause: Int
    /// Where they leave their crash markers.
    let state: String?
    private var hired = 0

    init(size: Int, pause: Int, state: String?) {
        (self.size, self.pause, self.state) = (size, pause, state)
    }

    /// Starts as many as are missing.
    mutating func fill(for coordinator: RunningCoordinator, at url: String? = nil) async throws {
        while workers.count < size {
            let name = "worker\(hired)"
            hired += 1
            workers.append(
                try await StubWorker.start(
                    name, for: coordinator, at: url, pause: pause, state: state))
            names.append(name)
        }
    }

    /// Kills one of them, waits for its end, and gives its name.
    mutating func kill(by trial: Trial) async throws -> String {
        let place = try trial.choice(of: Array(workers.indices))
        workers[place].send(SIGKILL)
        _ = try await workers[place].end()
        trial.count("kills")
        workers.remove(at: place)
        return names.remove(at: place)
    }

    /// Puts another in the place of one that has ended.
    mutating func replace(_ place: Int, for coordinator: RunningCoordinator) async throws {
        workers.remove(at: place)
        names.remove(at: place)
        try await fill(for: coordinator)
    }

    /// Tells all to leave; throws ``Failed`` when one does not end with 0.
    mutating func dismiss() async throws {
        for worker in workers { worker.send(SIGTERM) }
        for worker in workers {
            let outcome = try await worker.end()
            guard outcome.status == 0 else {
                throw Failed("a worker ends with \(outcome.status): \(outcome.err)")
            }
        }
        workers = []
        names = []
    }
}

/// Sees that no dead worker keeps a lease for longer than it may.
final class DeathWatch {
    private let trial: Trial
    private let coordinator: RunningCoordinator
    private let run: Run
    private let grace: Duration
    private var dead: [(name: String, since: ContinuousClock.Instant)] = []

    /// `grace` is how long a lease may outlive its holder.
    init(_ trial: Trial, _ coordinator: RunningCoordinator, _ run: Run, grace: Duration) {
        (self.trial, self.coordinator, self.run, self.grace) = (trial, coordinator, run, grace)
    }

    /// Notes that the worker of that name is dead from now on.
    func died(_ name: String) { dead.append((name, .now)) }

    /// Fails the scenario when a worker that is dead for too long holds something.
    func look() async throws {
        let late = dead.filter { $0.since.duration(to: .now) > grace }
        guard !late.isEmpty else { return }
        let holders = Set(try await coordinator.status(of: run).holders.map(\.worker))
        for (name, _) in late {
            try trial.expect(!holders.contains(name), "'\(name)' is dead and holds a shard")
            trial.count("deaths whose leases ended in time")
        }
        dead.removeAll { one in late.contains { $0.name == one.name } }
    }
}

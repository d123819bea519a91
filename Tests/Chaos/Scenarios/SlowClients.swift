import Foundation
import Glibc
import Labelling
import PipelineCore
import Rehearsal
import TestSupport

extension Scenario {
    /// Clients that take their time, to take everybody else's.
    static let slowClients = [
        Scenario(
            id: "F28", fault: "a thousand clients dribble heads and bodies, and read no answers",
            expectation: "leases take less than a second at the 99th percentile all the while; "
                + "slow ones are closed within 34 s, 30 and the time for an answer; descriptors stay "
                + "within the limit",
            promises: [8], limit: 900, play: crowd)
    ]

    @Sendable
    private static func crowd(_ trial: Trial) async throws {
        let clients = trial.pick(1000, short: 50)
        let connections = 2048
        // All of them are let in: they come from this machine, and there is room.
        let coordinator = try await RunningCoordinator.start(
            over: trial.folder.file("data"), host: "0.0.0.0",
            under: ["/bin/sh", "-c", "exec \"$@\" --max-connections \(connections)", "sh"])
        let port = coordinator.port
        try await dribble(
            clients, to: "127.0.0.1", coordinator, trial,
            within: trial.pick(.seconds(34), short: .seconds(19)), kinds: trial.pick(4, short: 1))
        try await coordinator.stop()
        // With the limits as they come, and from another address, most are turned away at once.
        guard trial.form == .full, let address = SlowCrowd.ownAddress else { return }
        let usual = try await RunningCoordinator.start(
            over: trial.folder.file("usual"), host: "0.0.0.0", port: port)
        try await dribble(clients, to: address, usual, trial, within: .seconds(34), kinds: 4)
        try await usual.stop()
    }

    private static func dribble(
        _ clients: Int, to address: String, _ coordinator: RunningCoordinator, _ trial: Trial,
        within limit: Duration, kinds: Int
    ) async throws {
        let use = ProcessUse(identifier: coordinator.identifier)
        let local = "http://127.0.0.1:\(coordinator.port)"
        let worker = try coordinator.client(.worker, at: local, attempts: 1)
        let token = try String(contentsOfFile: coordinator.tokenFile(.worker), encoding: .utf8)
            .trimmingCharacters(in: .newlines)
        _ = try await worker.lease(LeaseRequest(worker: "normal", version: "chaos"))
        let before = use.descriptors
        let crowd = try SlowCrowd(
            clients, to: address, port: coordinator.port, token: token, kinds: kinds)
        let start = ContinuousClock.now
        var times: [Duration] = []
        var most = 0
        func areOpen() -> Bool { crowd.left > 0 || use.descriptors > before + 4 }
        while areOpen(), start.duration(to: .now) < limit {
            try crowd.step()
            let asked = ContinuousClock.now
            _ = try await worker.lease(LeaseRequest(worker: "normal", version: "chaos"))
            times.append(asked.duration(to: .now))
            most = max(most, use.descriptors)
            try await Task.sleep(for: .milliseconds(100))
        }
        try trial.expect(
            !areOpen(),
            "\(use.descriptors - before) connections are open after "
                + "\(start.duration(to: .now)): \(crowd.words)")
        trial.count("s until the last was closed", Int(start.duration(to: .now) / .seconds(1)))
        times.sort()
        let slow = times[times.count * 99 / 100]
        try trial.expect(slow < .seconds(1), "leases took \(slow) at the 99th percentile")
        try trial.expect(most < 2048 + 64, "\(most) descriptors were open")
        trial.count("slow clients", clients)
        trial.count("leases asked for", times.count)
        trial.count("ms at the 99th percentile", Int(slow / .milliseconds(1)))
        trial.count("descriptors at most", most)
    }
}

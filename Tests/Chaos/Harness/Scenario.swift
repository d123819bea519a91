/// A fault, and what has to hold under it.
struct Scenario: Sendable {
    /// Its number in the list of faults.
    let id: String
    /// What is done.
    let fault: String
    /// What is expected.
    let expectation: String
    /// The promises that it tests.
    let promises: [Int]
    /// The longest that it may take, in seconds.
    ///
    /// Far above what it does take: it ends what hangs, not what is slow.
    let limit: Int
    /// Plays it; returns only after its last expectation held.
    let play: @Sendable (Trial) async throws -> Void

    /// Every scenario, in order of their numbers.
    static let all =
        [
            kills, leases, disks, changes, systemCalls, powerCuts, networks, uploads, clocks,
            badPictures, poison, evilNames, slowClients, oversized, stores, liars,
        ]
        .flatMap(\.self).sorted { $0.id < $1.id }
}

/// How much of a scenario is played.
enum Form: String, Sendable {
    /// As it is described.
    case full
    /// In seconds, beside others, with what every Linux host has.
    case short
}

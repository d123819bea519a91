import Foundation
import Glibc
import Rehearsal
import TestSupport

/// Another host for one scenario: a network of its own, and a cable that leads to this one.
///
/// A process keeps that network. With it, which does not outlive this program, go the cable and
/// every rule, so that nothing stays behind even when this program is killed.
final class NetworkHost: Sendable {
    /// This side's address on the cable, where a coordinator listens for the host.
    let address: String
    private let keeper: RunningProgram
    /// Runs a program on that host, as `wrapper` of what is started.
    let wrapper: [String]

    /// The name of the cable's end on that host.
    private static let device = "far"
    /// As many cables are tried to find one that nobody else has.
    private static let tries = 40

    /// Starts one; ends the scenario without a verdict where that cannot be done.
    static func start(_ trial: Trial) async throws -> NetworkHost {
        try trial.requireRoot("ip", "iptables", "tc", "unshare", "nsenter")
        guard let unshare = Tools.path(of: "unshare"), let enter = Tools.path(of: "nsenter"),
            (try? await Tools.run("unshare", "--net", "true")) != nil
        else { throw Skipped("networks cannot be kept apart here") }
        let keeper = try await RunningProgram.start(
            unshare, ["--net", "sleep", "infinity"], in: nil, environment: [:])
        let space = "/proc/\(keeper.identifier)/ns/net"
        let ours = try network("/proc/self/ns/net")
        try await trial.wait(for: "a network of its own") {
            (try? network(space)).map { $0 != ours } ?? false
        }
        let number = try await connect(keeper.identifier)
        let host = NetworkHost(keeper, "10.77.\(number).1", [enter, "--net=\(space)"])
        try await Tools.run("ip", "addr", "add", host.address + "/24", "dev", "chaos\(number)")
        try await Tools.run("ip", "link", "set", "chaos\(number)", "up")
        try await host.run("ip", "addr", "add", "10.77.\(number).2/24", "dev", device)
        try await host.run("ip", "link", "set", device, "up")
        try await host.run("ip", "link", "set", "lo", "up")
        return host
    }

    private init(_ keeper: RunningProgram, _ address: String, _ wrapper: [String]) {
        (self.keeper, self.address, self.wrapper) = (keeper, address, wrapper)
    }

    private static func network(_ path: String) throws -> String {
        try FileManager.default.destinationOfSymbolicLink(atPath: path)
    }

    /// Lays a cable to the network of `process`, and gives its number, which nobody else has.
    private static func connect(_ process: pid_t) async throws -> Int {
        var words = ""
        for attempt in 0..<tries {
            let number = 1 + (Int(getpid()) + attempt) % 250
            do {
                try await Tools.run(
                    "ip", "link", "add", "chaos\(number)", "type", "veth", "peer", "name", device,
                    "netns", "\(process)")
                return number
            } catch let failure as Failed {
                words = failure.description
            }
        }
        throw Skipped("no cable to another network can be laid here: \(words)")
    }

    /// Runs a tool there.
    @discardableResult
    private func run(_ tool: String, _ words: String...) async throws -> String {
        try await run(tool, words)
    }

    @discardableResult
    private func run(_ tool: String, _ words: [String]) async throws -> String {
        guard let path = Tools.path(of: tool) else { throw Skipped("there is no \(tool)") }
        return try await Tools.run("nsenter", wrapper.dropFirst() + [path] + words)
    }

    /// Sends at most so many bits a second from there.
    func throttle(bitsPerSecond: Int) async throws {
        try await run(
            "tc", "qdisc", "add", "dev", Self.device, "root", "tbf", "rate",
            "\(bitsPerSecond)bit", "burst", "16kbit", "latency", "2s")
    }

    /// What may befall a packet there.
    enum Rule: Sendable {
        /// One of so many is lost, in either direction.
        case loseOneIn(Int)
        /// All are lost, in either direction.
        case loseAll
        /// A connection that has sent so many bytes is broken, of which the other side hears
        /// nothing.
        case breakAfter(bytes: Int)

        /// Each rule as `iptables` takes it after `-A` or `-D`.
        fileprivate var lines: [[String]] {
            switch self {
            case .loseOneIn(let number):
                [
                    "INPUT", "-p", "tcp", "-m", "statistic", "--mode", "random", "--probability",
                    "\(1 / Double(number))", "-j", "DROP",
                ].inBothDirections
            case .loseAll:
                ["INPUT", "-p", "tcp", "-j", "DROP"].inBothDirections
            case .breakAfter(let bytes):
                [
                    [
                        "OUTPUT", "-p", "tcp", "-m", "connbytes", "--connbytes", "\(bytes):",
                        "--connbytes-dir", "original", "--connbytes-mode", "bytes", "-j", "REJECT",
                        "--reject-with", "tcp-reset",
                    ]
                ]
            }
        }
    }

    /// Has a rule count from now on.
    func add(_ rule: Rule) async throws {
        for line in rule.lines { try await filter(["-A"] + line) }
    }

    /// Has a rule count no more.
    func remove(_ rule: Rule) async throws {
        for line in rule.lines { try await filter(["-D"] + line) }
    }

    /// How many packets a rule has befallen.
    func struck() async throws -> Int {
        try await filter(["-nvxL"]).split(separator: "\n").reduce(0) { sum, line in
            let words = line.split(separator: " ")
            guard words.count > 2, words[2] == "DROP" || words[2] == "REJECT" else { return sum }
            return sum + (Int(words[0]) ?? 0)
        }
    }

    @discardableResult
    private func filter(_ words: [String]) async throws -> String {
        do {
            return try await run("iptables", words)
        } catch let failure as Failed {
            throw Skipped("packets cannot be filtered here: \(failure)")
        }
    }

    /// Takes it away.
    func remove() async throws {
        keeper.send(SIGKILL)
        _ = try await keeper.end()
    }
}

extension [String] {
    /// A rule for what arrives, and the same for what is sent.
    fileprivate var inBothDirections: [[String]] {
        [self, ["OUTPUT"] + dropFirst()]
    }
}

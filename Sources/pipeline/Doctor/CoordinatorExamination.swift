import Foundation
import Labelling
import PipelineCore
import Transport

/// Looks at a coordinator from here: the way to it, trust, token, versions, clocks.
struct CoordinatorExamination {
    let options: CoordinatorOptions

    func findings() async -> [Finding] {
        guard options.coordinator != nil || processEnvironment["PIPELINE_COORDINATOR"] != nil else {
            return [
                Finding(
                    "coordinator", .skipped, "none is named",
                    advice: "--coordinator or PIPELINE_COORDINATOR names one")
            ]
        }
        do {
            let client = try options.client(
                retry: RetryPolicy(attempts: 1), timeouts: HTTPTimeouts(silence: .seconds(10)))
            try await client.readiness()
            let reached = Finding("coordinator", .ok, "\(client.url) is ready")
            return [reached] + (await introduction(by: client))
        } catch {
            return [Self.failure("coordinator", error)]
        }
    }

    private func introduction(by client: CoordinatorClient) async -> [Finding] {
        do {
            let start = Date()
            let answer = try await client.introduction()
            let end = Date()
            let middle = (start.timeIntervalSince1970 + end.timeIntervalSince1970) / 2
            return [
                Self.token(answer.token, at: Int(Self.plain(answer.time))),
                Self.versions(theirs: answer.version, ours: programVersion),
                Self.clocks(theirs: answer.time, ours: middle),
            ]
        } catch {
            return [Self.failure("token", error)]
        }
    }

    /// What an error of the client comes to, with the hint that the command itself would give.
    private static func failure(_ name: String, _ error: any Error) -> Finding {
        let failure = Failure(error)
        return Finding(name, .failed, failure.message, advice: failure.hint)
    }

    /// A time of another host, which may be any number, as one that can be reckoned with.
    private static func plain(_ time: Double) -> Double { min(max(0, time), 1e12) }

    /// What the token opens, and for how long.
    static func token(_ token: TokenStatus?, at now: Int) -> Finding {
        guard let token else {
            return Finding(
                "token", .warning, "the coordinator asks nobody for a token",
                advice: "start it without --insecure-no-auth")
        }
        let words = "'\(shown(token.name))' has the role \(token.role.rawValue)"
        guard let expires = token.expires else { return Finding("token", .ok, words) }
        let days = (Int(plain(Double(expires))) - now) / 86400
        return days >= 7
            ? Finding("token", .ok, words + ", for \(counted(days, "day"))")
            : Finding(
                "token", .warning, words + ", for \(counted(days, "day")) only",
                advice: "an admin makes a new one with 'pipeline token create'")
    }

    /// The same protocol is a must, which the request itself has seen to.
    static func versions(theirs: String, ours: String) -> Finding {
        theirs == ours
            ? Finding("versions", .ok, "both are \(ours)")
            : Finding(
                "versions", .warning, "the coordinator is \(theirs), this program \(ours)",
                advice: "install the newer one on every host, the coordinator's first")
    }

    /// No lease hangs on a wall clock; certificates and tokens do.
    static func clocks(theirs: Double, ours: Double) -> Finding {
        let off = abs(plain(theirs) - ours)
        let words = off < 1 ? "as the coordinator's" : "\(Int(off)) s off the coordinator's"
        let advice = "set both by a time server: 'timedatectl set-ntp true'"
        return switch off {
        case ..<5: Finding("clocks", .ok, words)
        case ..<300: Finding("clocks", .warning, words, advice: advice)
        default: Finding("clocks", .failed, words, advice: advice)
        }
    }
}

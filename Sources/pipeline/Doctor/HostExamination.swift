import Foundation
import Glibc
import Labelling
import Models
import PipelineCore
import Weights

/// Looks at this host: what every command needs.
enum HostExamination {
    static func findings() -> [Finding] {
        let cache = WeightCache()
        let state = StateFolder.root()
        return [
            program(), memory(availableMiB: availableMiB()), files(), wallClock(time(nil)),
            Room.finding(
                "weights", in: cache.directory, least: .mebibytes(100), fair: .gibibytes(1)),
            state.map {
                Room.finding("state", in: $0, least: .mebibytes(1), fair: .mebibytes(64))
            }
                ?? Finding(
                    "state", .warning, "there is no place for crash markers",
                    advice: "set HOME or XDG_STATE_HOME, or give workers --state"),
            networks(in: cache),
        ]
    }

    private static func program() -> Finding {
        Finding(
            "program", .ok,
            "version \(programVersion), protocol \(protocolVersion), "
                + "\(counted(Processors.available, "processor"))")
    }

    /// Networks of the largest family and their streams need about a gigabyte.
    static func memory(availableMiB: Int?) -> Finding {
        guard let availableMiB else {
            return Finding("memory", .skipped, "the system does not say how much is free")
        }
        let words = "\(availableMiB) MiB are available"
        return availableMiB >= 1024
            ? Finding("memory", .ok, words)
            : Finding(
                "memory", .warning, words,
                advice: "give workers fewer --streams, or the host more memory")
    }

    private static func availableMiB() -> Int? {
        let text = (try? String(contentsOfFile: "/proc/meminfo", encoding: .utf8)) ?? ""
        let line = text.split(separator: "\n").first { $0.hasPrefix("MemAvailable:") }
        return line?.split(separator: " ").dropFirst().first.flatMap { Int($0) }.map { $0 >> 10 }
    }

    /// A coordinator has a file open for each connection.
    private static func files() -> Finding {
        var limit = rlimit()
        getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        let words = "this shell allows \(limit.rlim_cur) open files"
        return limit.rlim_cur >= 1024
            ? Finding("open files", .ok, words)
            : Finding(
                "open files", .warning, words,
                advice: "raise it: 'ulimit -n 4096', or LimitNOFILE= in the unit")
    }

    /// This program was written in 2026: no clock that is right shows less.
    static func wallClock(_ seconds: Int) -> Finding {
        let words = Date(timeIntervalSince1970: Double(seconds)).formatted(.iso8601)
        return seconds > 1_767_225_600
            ? Finding("clock", .ok, words)
            : Finding(
                "clock", .failed, "\(words) cannot be right",
                advice: "set it: certificates and tokens count by it ('timedatectl set-ntp true')")
    }

    /// Whether the networks in the cache are whole, and whether there are any.
    private static func networks(in cache: WeightCache) -> Finding {
        var here: [String] = []
        for entry in Catalogue.entries {
            do {
                if try cache.path(of: entry) != nil { here.append(entry.name) }
            } catch {
                return Finding(
                    "networks", .failed, "\(error)",
                    advice: "remove that file, then 'pipeline models pull \(entry.name)'")
            }
        }
        return here.isEmpty
            ? Finding(
                "networks", .warning, "none is in the cache",
                advice: "'pipeline models pull NAME' fetches one before it is needed")
            : Finding("networks", .ok, here.joined(separator: ", "))
    }
}

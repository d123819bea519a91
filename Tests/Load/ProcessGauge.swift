import Foundation
import Rehearsal

/// What a process takes of memory and descriptors, as the system tells.
struct ProcessGauge {
    /// The process's number.
    let identifier: Int32

    /// What was found at one moment.
    struct Reading: Sendable {
        /// Bytes of memory that it really occupies.
        var resident: Double
        /// Open descriptors.
        var descriptors: Double
    }

    /// Looks; throws ``Failed`` when the process has ended.
    func read() throws -> Reading {
        let status = try? String(contentsOfFile: "/proc/\(identifier)/status", encoding: .utf8)
        let line = status?.split(separator: "\n").first { $0.hasPrefix("VmRSS:") }
        let kibibytes = line?.split(whereSeparator: { !$0.isNumber }).first.flatMap { Double($0) }
        let open = try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(identifier)/fd")
        guard let kibibytes, let open else {
            throw Failed("process \(identifier) has ended")
        }
        return Reading(resident: kibibytes * 1024, descriptors: Double(open.count))
    }
}

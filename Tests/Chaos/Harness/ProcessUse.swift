import Foundation
import Glibc

/// What a process takes of the machine, as the kernel says.
struct ProcessUse {
    let identifier: pid_t

    /// Resident memory in bytes.
    var resident: Int { kilobytes("VmRSS:") << 10 }

    /// The most resident memory in bytes, since its start or ``forgetPeak()``.
    var peak: Int { kilobytes("VmHWM:") << 10 }

    /// Starts the peak anew from what is resident.
    func forgetPeak() {
        let file = open("/proc/\(identifier)/clear_refs", O_WRONLY | O_CLOEXEC)
        defer { close(file) }
        _ = write(file, "5", 1)
    }

    /// Processor time of all its threads, in ticks of ten milliseconds.
    var processorTime: Duration {
        let text = contents("stat")
        // The name before may hold spaces and parentheses.
        let fields = text[(text.lastIndex(of: ")") ?? text.startIndex)...].split(separator: " ")
        let ticks = [12, 13].compactMap { fields.indices.contains($0) ? Int(fields[$0]) : nil }
        return .milliseconds(ticks.reduce(0, +) * 1000 / max(1, sysconf(CInt(_SC_CLK_TCK))))
    }

    /// How many file descriptors it has open.
    var descriptors: Int {
        (try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(identifier)/fd").count) ?? 0
    }

    private func kilobytes(_ name: String) -> Int {
        let line = contents("status").split(separator: "\n").first { $0.hasPrefix(name) }
        return line.flatMap { Int($0.dropFirst(name.count).filter(\.isNumber)) } ?? 0
    }

    private func contents(_ file: String) -> String {
        (try? String(contentsOfFile: "/proc/\(identifier)/\(file)", encoding: .utf8)) ?? ""
    }
}

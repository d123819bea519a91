import Foundation

/// The processors that this process may use.
package enum Processors {
    /// How many there are: those of the affinity mask, which `taskset`, cpusets and batch systems
    /// set, or as many as a container's share of the time amounts to, if that is fewer.
    package static var available: Int {
        let allowed = contents("/proc/self/status").flatMap(countAllowed)
        let share =
            contents("/sys/fs/cgroup/cpu.max").flatMap(countShare)
            ?? contents("/sys/fs/cgroup/cpu/cpu.cfs_quota_us").flatMap { quota in
                contents("/sys/fs/cgroup/cpu/cpu.cfs_period_us").flatMap { period in
                    countShare(inQuota: quota + " " + period)
                }
            }
        let all = allowed ?? ProcessInfo.processInfo.activeProcessorCount
        return max(1, min(all, share ?? all))
    }

    /// The processors of the affinity mask in a `/proc/self/status`.
    static func countAllowed(inStatus status: String) -> Int? {
        let line = status.split(separator: "\n").first { $0.hasPrefix("Cpus_allowed:") }
        guard let mask = line?.split(whereSeparator: \.isWhitespace).last else { return nil }
        let count = mask.compactMap(\.hexDigitValue).reduce(0) { $0 + $1.nonzeroBitCount }
        return count > 0 ? count : nil
    }

    /// The processors that `quota period` in microseconds come to, rounded up; nil for no limit.
    static func countShare(inQuota text: String) -> Int? {
        let numbers = text.split(whereSeparator: \.isWhitespace).map { Int($0) }
        guard numbers.count == 2, let quota = numbers[0], let period = numbers[1], quota > 0,
            period > 0
        else { return nil }
        return max(1, quota / period + (quota % period == 0 ? 0 : 1))
    }

    private static func contents(_ path: String) -> String? {
        try? String(contentsOfFile: path, encoding: .utf8)
    }
}

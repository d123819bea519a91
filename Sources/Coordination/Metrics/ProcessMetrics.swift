import Foundation
import Glibc

/// What the system says of this process, under the names that Prometheus' own clients use.
struct ProcessMetrics {
    private let start = Date().timeIntervalSince1970

    /// Adds memory, processor time and open files to a page.
    func write(to page: inout MetricsPage) {
        page.family(
            "process_cpu_seconds_total", .counter, "Processor time of this process, in seconds.")
        page.sample(Double(clock()) / Double(CLOCKS_PER_SEC))
        page.family(
            "process_resident_memory_bytes", .gauge, "Memory that this process has, in bytes.")
        page.sample(Double(residentPages * sysconf(CInt(_SC_PAGESIZE))))
        page.family("process_open_fds", .gauge, "Files and connections that are open.")
        page.sample(Double(openFiles))
        page.family(
            "process_start_time_seconds", .gauge, "When this process began to count, since 1970.")
        page.sample(start.rounded())
    }

    private var residentPages: Int {
        let words = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8)) ?? ""
        let numbers = words.split(separator: " ")
        return numbers.count > 1 ? Int(numbers[1]) ?? 0 : 0
    }

    private var openFiles: Int {
        (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count) ?? 0
    }
}

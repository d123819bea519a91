import Foundation

/// The processor that figures were measured on.
package enum HostProcessor {
    /// What it calls itself, such as `Intel(R) Xeon(R) Platinum 8481C CPU @ 2.70GHz`; where it says
    /// nothing, its kind, such as `aarch64`.
    package static let name: String = {
        let text = try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)
        return text.flatMap(name(in:)) ?? kind
    }()

    /// The first `model name` of `/proc/cpuinfo`'s text.
    static func name(in text: String) -> String? {
        for line in text.split(separator: "\n") where line.hasPrefix("model name") {
            guard let colon = line.firstIndex(of: ":") else { continue }
            let name = line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces)
            if !name.isEmpty { return name }
        }
        return nil
    }

    private static var kind: String {
        var facts = utsname()
        guard uname(&facts) == 0 else { return "unknown" }
        return withUnsafeBytes(of: facts.machine) {
            String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
        }
    }
}

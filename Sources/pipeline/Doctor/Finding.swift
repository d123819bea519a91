/// What a check found.
struct Finding: Encodable, Equatable {
    /// How it looks.
    enum State: String, Encodable {
        /// As it should be.
        case ok
        /// It works, and may not for long.
        case warning
        /// Work fails, or will.
        case failed
        /// There was nothing to look at.
        case skipped
    }

    /// What was looked at, in a word or two.
    let name: String
    let state: State
    /// What was seen.
    let finding: String
    /// What to do; nil when nothing is.
    let advice: String?

    init(_ name: String, _ state: State, _ finding: String, advice: String? = nil) {
        self.name = name
        self.state = state
        self.finding = finding
        self.advice = advice
    }
}

/// All that was found.
struct Diagnosis: Encodable {
    let checks: [Finding]

    private enum CodingKeys: String, CodingKey {
        case checks
        case isHealthy = "healthy"
    }

    /// Whether nothing must be mended.
    var isHealthy: Bool { !checks.contains { $0.state == .failed } }

    /// A finding a line, and under it what to do.
    var text: String {
        checks.map { check in
            let line = check.state.rawValue.rightPadded(to: 9) + check.name.rightPadded(to: 13)
            let advice = check.advice.map { "\n" + "".rightPadded(to: 22) + "→ " + $0 } ?? ""
            return line + check.finding + advice
        }.joined(separator: "\n")
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(checks, forKey: .checks)
        try container.encode(isHealthy, forKey: .isHealthy)
    }
}

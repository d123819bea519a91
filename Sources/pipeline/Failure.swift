/// Why a command cannot go on, as it is told to a person.
struct Failure: Error, Equatable {
    /// What the process ends with.
    var status: ExitStatus
    /// What failed, and on what.
    var message: String
    /// What to do next, where the message does not say it.
    var hint: String?

    init(_ status: ExitStatus, _ message: String, hint: String? = nil) {
        self.status = status
        self.message = message
        self.hint = hint
    }

    /// The lines for standard error.
    var text: String {
        "error: \(message)" + (hint.map { "\nhint: \($0)" } ?? "")
    }
}

/// Runs a program under a tracer that interferes with its system calls.
enum Tracing {
    /// Kills the program at the `number`th of `calls`, a list with commas, that one of its threads
    /// makes.
    static func kill(at calls: String, _ number: Int) -> [String] {
        [
            "strace", "-f", "-qq", "-o", "/dev/null", "-e", "trace=\(calls)", "-e",
            "inject=\(calls):signal=KILL:when=\(number)",
        ]
    }
}

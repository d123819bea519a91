/// Why a pipeline definition was refused: where, what, and what was probably meant.
package struct DefinitionError: Error, Sendable, Equatable {
    /// The file as the user named it.
    package let file: String
    /// The line, from 1; nil when the whole file is at fault.
    package let line: Int?
    /// What is wrong, as a sentence without its end.
    package let problem: String
    /// What to do next, or what was meant.
    package let hint: String

    init(file: String, line: Int?, _ problem: String, hint: String) {
        self.file = file
        self.line = line
        self.problem = problem
        self.hint = hint
    }
}

extension DefinitionError: CustomStringConvertible {
    package var description: String {
        let place = line.map { "\(file):\($0)" } ?? file
        return "\(place): \(problem); \(hint)"
    }
}

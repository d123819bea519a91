/// Why a pipeline definition was refused: where, what, and what was probably meant.
package struct DefinitionError: Error, Sendable, Equatable {
    /// The file or the name, as the user gave it.
    package let file: String
    /// Where in the file; nil when the whole of it is at fault.
    package let place: Place?
    /// What is wrong, as a sentence without its end.
    package let problem: String
    /// What to do next, or what was meant.
    package let hint: String

    /// A place in a text; both count from 1.
    package struct Place: Sendable, Equatable {
        /// The line.
        package let line: Int
        /// The character of that line.
        package let column: Int
    }

    init(file: String, _ place: Place? = nil, _ problem: String, hint: String) {
        self.file = file
        self.place = place
        self.problem = problem
        self.hint = hint
    }
}

extension DefinitionError: CustomStringConvertible {
    package var description: String {
        let place = place.map { "\(file):\($0.line):\($0.column)" } ?? file
        return "\(place): \(problem); \(hint)"
    }
}

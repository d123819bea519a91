/// The classes of a network as a user lists them: a label a line.
package enum ClassFile {
    /// The labels in `text`, which must be `count`; `file` is what errors call it.
    package static func labels(
        in text: String, count: Int, file: String
    ) throws(ClassFileError) -> [String] {
        var labels = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
            .map(trimmed)
        while labels.last?.isEmpty == true { labels.removeLast() }
        guard labels.count == count else {
            throw ClassFileError(
                message: "'\(file)' names \(labels.count) classes, the network has \(count)",
                hint: "a line for each output of the last layer, in its order")
        }
        guard !labels.contains(""), Set(labels).count == count else {
            throw ClassFileError(
                message: "'\(file)' has an empty line or names a class twice",
                hint: "a label of its own for each class")
        }
        return labels
    }

    private static func trimmed(_ line: Substring) -> String {
        let rest = line.drop(while: \.isWhitespace)
        guard let end = rest.lastIndex(where: { !$0.isWhitespace }) else { return "" }
        return String(rest[...end])
    }
}

/// Why a list of classes is not one for the network.
package struct ClassFileError: Error {
    /// What is wrong.
    package let message: String
    /// What to do.
    package let hint: String
}

extension ClassFileError: CustomStringConvertible {
    package var description: String { message }
}

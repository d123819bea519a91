import Foundation

/// The text of a definition on the disk.
enum DefinitionFile {
    /// Reads the file at `path`, no more of it than a definition may have.
    static func text(of path: String) throws(DefinitionError) -> String {
        // Does not wait for the other end of a pipe.
        let number = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard number >= 0 else {
            throw unreadable(path, String(cString: strerror(errno)))
        }
        let file = FileHandle(fileDescriptor: number, closeOnDealloc: true)
        var status = stat()
        guard fstat(number, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw unreadable(path, "it is not a file")
        }
        let bytes: Data
        do {
            bytes = try file.read(upToCount: DefinitionParser.maximumBytes + 1) ?? Data()
        } catch {
            throw unreadable(path, error.localizedDescription)
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw DefinitionError(
                file: path, place(ofBadByteIn: bytes), "the file is not UTF-8 text",
                hint: "a definition is a page of text; is this the right file?")
        }
        return text
    }

    private static func unreadable(_ path: String, _ words: String) -> DefinitionError {
        DefinitionError(
            file: path, nil, "the definition cannot be read: \(words)",
            hint: "name a YAML file, or one of the definitions that the program knows")
    }

    private static func place(ofBadByteIn bytes: Data) -> DefinitionError.Place? {
        // What cannot be decoded becomes U+FFFD; one of the text's own stands before it at most.
        let text = String(decoding: bytes, as: UTF8.self)
        let lines = text.prefix { $0 != "\u{FFFD}" }
            .split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        return DefinitionError.Place(line: lines.count, column: (lines.last?.count ?? 0) + 1)
    }
}

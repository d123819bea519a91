package import PipelineCore

/// What can go wrong with a shard's result file, and what to do about it.
package enum ResultError: Error, Sendable, Equatable {
    /// The system would not hand the file over, in its own words.
    case unreadable(path: String, reason: String)
    /// The file's bytes are not those that the run counts.
    case mismatch(path: String, expected: SHA256Digest, found: SHA256Digest)
    /// The file contradicts itself or its format.
    case corrupt(path: String, detail: String)
    /// The file is of a format version that is not read here.
    case unsupported(path: String, detail: String)
    /// The file is sound, but the result of other work than was asked for.
    case foreign(path: String, detail: String)
    /// What was handed over does not make a result.
    case unencodable(detail: String)
}

extension ResultError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .unreadable(let path, let reason):
            "cannot read the shard result '\(path)': \(reason); "
                + "check that the file is there and that this user may read it"
        case .mismatch(let path, let expected, let found):
            "the shard result '\(path)' was changed after it was stored: its SHA-256 is \(found), "
                + "the run counts \(expected); restore the file from a backup or run the dataset anew"
        case .corrupt(let path, let detail):
            "the shard result '\(path)' is damaged: \(detail); "
                + "restore the file from a backup or run the dataset anew"
        case .unsupported(let path, let detail):
            "the shard result '\(path)' cannot be read by this version: \(detail); "
                + "use the version of the program that the workers ran"
        case .foreign(let path, let detail):
            "the shard result '\(path)' does not belong here: \(detail); "
                + "restore the run's own file or run the dataset anew"
        case .unencodable(let detail):
            "cannot write a shard result: \(detail)"
        }
    }
}

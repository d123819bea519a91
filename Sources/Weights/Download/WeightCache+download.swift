import Foundation
import Models
import PipelineCore
import Transport

/// How much of a file of weights has come.
package struct PullProgress: Sendable, Equatable {
    /// The network's name.
    package let model: String
    /// Bytes that are here.
    package let bytes: Int
    /// Bytes there will be; nil where nobody says.
    package let total: Int?

    /// Names every field.
    package init(model: String, bytes: Int, total: Int?) {
        self.model = model
        self.bytes = bytes
        self.total = total
    }
}

extension WeightCache {
    /// Fetches the file at `url`, which is the weights of `entry`, and tells where it lies.
    ///
    /// The caller holds the lock. What had come before is gone on with; where it turns out not to
    /// belong to the rest, all of it is fetched once more.
    func download(
        _ url: String, of entry: ModelEntry, _ progress: @escaping @Sendable (String) -> Void,
        _ bytes: @escaping @Sendable (PullProgress) -> Void
    ) async throws -> String {
        let weights = entry.weights
        let address = try publishers.address(of: url)
        let folder = downloads(of: weights)
        try Folders.make(folder)
        let file = try PartialFile(in: folder)
        let place = address.host() ?? address.withoutSecrets
        progress(
            file.size > 0
                ? "taking up the interrupted fetch of \(entry.name), of which "
                    + "\(megabytes(file.size)) are here, from \(place)"
                : "fetching the weights of \(entry.name) from \(place)")
        let proxy: HTTPProxy = Publishers.isLoopback(address) ? .none : .environment
        let fetch = FileFetch(
            http: HTTPClient(timeouts: timeouts, proxy: proxy), publishers: publishers,
            retry: retry, limit: weights.size ?? Self.mostBytes, tell: progress,
            count: { count, total in
                bytes(PullProgress(model: entry.name, bytes: count, total: total))
            })
        let path: String
        do {
            try await fetch.run(address, into: file)
            do {
                path = try finish(file, weights)
            } catch let mismatch as WeightMismatch where file.isPatched {
                progress("what came in parts is not what was published: \(mismatch); once more")
                try file.restart(version: nil)
                try await fetch.run(address, into: file)
                path = try finish(file, weights)
            }
        } catch let mismatch as WeightMismatch {
            try? FileManager.default.removeItem(atPath: folder)
            throw WeightError.wrongFile(address.withoutSecrets, mismatch.description)
        }
        try? FileManager.default.removeItem(atPath: folder)
        return path
    }

    private func finish(_ file: PartialFile, _ weights: WeightSource) throws -> String {
        try file.finish(expecting: weights.digest, in: directory + "/weights")
    }

    /// A size for people.
    func megabytes(_ count: Int) -> String {
        (Double(count) / 1e6).formatted(.number.precision(.fractionLength(1))) + " MB"
    }
}

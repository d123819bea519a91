import Datasets
import PipelineCore

/// Brings the bytes of an image: from this host's disk, through the coordinator, or from where its
/// address leads.
struct ImageFetcher: Sendable {
    /// Reads files beneath the dataset's path on this host, and what has an address.
    let local: any ImageSource
    let coordinator: CoordinatorClient

    /// The bytes of a shard's `row`, or why there are none.
    ///
    /// The file on this host serves if it is the one that was submitted. Otherwise the coordinator
    /// is asked, and its word is final, so that a row says the same whichever worker had it.
    /// Throws ``ClientError`` when the coordinator says nothing about the file, and
    /// ``ImageSourceError/held(_:)`` when the run cannot go on.
    func bytes(ofRow row: Int, in job: ShardJob) async throws -> Result<[UInt8], ImageFailure> {
        let entry = job.entries[row]
        if let problem = entry.problem {
            return .failure(ImageFailure(.unreadable(problem)))
        }
        guard entry.size <= DatasetReader.maximumBytes else {
            return .failure(ImageFailure(.tooLarge))
        }
        guard !entry.isRemote else { return try await addressedBytes(of: entry, in: job) }
        do {
            // A source hands out nothing but the file that the entry describes.
            return .success(try await local.read(entry, in: job.run.dataset))
        } catch ImageSourceError.tooLarge {
            return .failure(ImageFailure(.tooLarge))
        } catch is ImageSourceError {
            // Whatever is wrong here, the submitter's host may have the right file.
        }
        return try await remoteBytes(of: entry, row, in: job)
    }

    /// What has an address is nobody's file: the coordinator would have to fetch it, too, and does
    /// not.
    private func addressedBytes(
        of entry: ImageEntry, in job: ShardJob
    ) async throws -> Result<[UInt8], ImageFailure> {
        do {
            return .success(try await local.read(entry, in: job.run.dataset))
        } catch ImageSourceError.held(let words) {
            throw ImageSourceError.held(words)
        } catch let error as ImageSourceError {
            // What was broken off says nothing about the image.
            guard !Task.isCancelled else { throw ClientError.cancelled }
            return .failure(ImageFailure(error))
        }
    }

    private func remoteBytes(
        of entry: ImageEntry, _ row: Int, in job: ShardJob
    ) async throws(ClientError) -> Result<[UInt8], ImageFailure> {
        do throws(ClientError) {
            let bytes = try await coordinator.image(
                inRow: job.lease.shard.firstRow + row, ofShard: job.lease.shard.index,
                of: job.lease.run, limit: entry.size)
            return entry.describes(bytes) ? .success(bytes) : .failure(ImageFailure(.changed))
        } catch {
            guard let failure = ImageFailure(error) else { throw error }
            return .failure(failure)
        }
    }
}

extension ImageFailure: Error {
    /// A row's failure to be read, in the manifest's words.
    init(_ error: ImageSourceError) {
        let reason =
            switch error {
            case .missing: "missing"
            case .changed: "changed"
            case .unreadable: "unreadable"
            case .tooLarge: "too-large"
            case .unreachable, .held: "unreachable"
            case .notAllowed: "not-allowed"
            }
        self.init(reason: reason, detail: error.description)
    }

    /// What a coordinator says of a file that it cannot hand out; nil for any other refusal.
    fileprivate init?(_ error: ClientError) {
        guard case .refused(_, let problem) = error else { return nil }
        switch problem.code {
        case "image-missing": self.init(.missing)
        case "image-changed": self.init(.changed)
        case "image-unreadable": self.init(.unreadable(problem.message))
        case "image-too-large": self.init(.tooLarge)
        default: return nil
        }
    }
}

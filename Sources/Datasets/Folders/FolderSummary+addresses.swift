import PipelineCore

extension FolderSummary {
    /// Visits the images in the archive that `fetch` fetches from the address `archive`, whose state
    /// its store calls `etag`.
    ///
    /// One that is not there, or not to be had, is a row that says so; throws ``DatasetError`` for
    /// one that is damaged or breaks off.
    mutating func visitArchive(
        _ archive: RelativePath, etag: String? = nil, by fetch: @escaping RemoteBytes.Fetch,
        _ visit: FolderWalk.Visitor
    ) throws {
        let bytes: RemoteBytes
        do throws(TarReader.Trouble) {
            bytes = try RemoteBytes(fetch)
        } catch {
            return try report(error.description, at: archive, visit)
        }
        var walk = ArchiveWalk(at: archive, TarReader(bytes), isRemote: true, etag: etag)
        do {
            try walk.run(visit)
        } catch let trouble as TarReader.Trouble {
            throw DatasetError.badArchive(archive, trouble.description)
        }
        self += walk.summary
    }

    /// Visits an address from which nothing is going to be fetched.
    mutating func report(
        _ problem: String, at address: RelativePath, size: Int = 0, etag: String? = nil,
        _ visit: FolderWalk.Visitor
    ) throws {
        images += 1
        unreadable += 1
        try visit(
            ImageEntry(
                file: address, size: size, sha256: nil, problem: problem, isRemote: true,
                etag: etag))
    }

    /// Adds up what was found in two places.
    static func += (sum: inout FolderSummary, part: FolderSummary) {
        sum.images += part.images
        sum.skipped += part.skipped
        sum.bytes += part.bytes
        sum.unreadable += part.unreadable
        sum.repeated += part.repeated
    }
}

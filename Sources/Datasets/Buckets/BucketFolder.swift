package import Buckets
package import PipelineCore

/// The images of an object store whose keys begin alike: the dataset of a run.
///
/// Objects are known by name, as the files of an ``ImageFolder`` are, and are not read when they are
/// listed: their size and what the store calls their state tell later whether they have changed.
package struct BucketFolder: DatasetSource {
    package let isOrdered = false
    private let place: BucketPrefix
    private let client: ObjectStoreClient

    /// Lists `place` by way of `client`, which speaks to its store.
    package init(_ place: BucketPrefix, client: ObjectStoreClient) {
        self.place = place
        self.client = client
    }

    package var dataset: RelativePath { RelativePath(text: place.text) }

    /// Visits the objects a page at a time, in the store's order.
    package func entries(_ body: (ImageEntry) throws -> Void) throws -> FolderSummary {
        var summary = FolderSummary()
        var continuation: [UInt8]?
        repeat {
            let page = try nextPage(after: continuation)
            for object in page.objects { try visit(object, &summary, body) }
            continuation = page.continuation
        } while continuation != nil
        return summary
    }

    private func visit(
        _ object: BucketObject, _ summary: inout FolderSummary,
        _ body: (ImageEntry) throws -> Void
    ) throws {
        let slash = UInt8(ascii: "/")
        let name = object.key.split(separator: slash, omittingEmptySubsequences: false).last ?? []
        // What ends in a slash stands for a folder.
        guard let first = name.first, first != UInt8(ascii: ".") else { return }
        guard ImageKind(name: name) != .other || TarShard.isArchive(Array(name)) else {
            summary.skipped += 1
            return
        }
        let file = RelativePath(bytes: Array("s3://\(place.bucket)/".utf8) + object.key)
        let etag = object.etag.isEmpty ? nil : object.etag
        if TarShard.isArchive(Array(name)) {
            let (client, bucket, size) = (client, place.bucket, object.size)
            return try summary.visitArchive(
                file, etag: etag,
                by: { range throws(ImageSourceError) in
                    try await client.part(
                        range.clamped(to: 0..<size), of: bucket, object.key, etag: etag)
                }, body)
        }
        guard object.size <= DatasetReader.maximumBytes else {
            return try summary.report(
                "it is larger than \(DatasetReader.maximumBytes >> 20) MiB, more than an image may be",
                at: file, size: object.size, etag: etag, body)
        }
        summary.images += 1
        summary.bytes += object.size
        try body(
            ImageEntry(
                file: file, size: object.size, sha256: nil, isRemote: true, etag: etag))
    }

    /// Waits for a page on the calling thread, which is the listing's own.
    private func nextPage(after continuation: [UInt8]?) throws -> ObjectListing {
        let (client, place) = (client, place)
        do throws(BucketError) {
            return try waiting { () async throws(BucketError) in
                try await client.page(of: place.bucket, prefix: place.prefix, after: continuation)
            }
        } catch {
            throw DatasetError.notListed("s3://" + place.bucket, error.description)
        }
    }
}

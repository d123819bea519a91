package import PipelineCore

/// Reads images wherever they are: files from the disk, what has an address from there.
package struct AnyImages: ImageSource {
    private let files = DatasetReader()
    private let web: WebImages
    private let buckets: BucketImages

    /// Fetches what has an address by way of `web` or `buckets`.
    package init(web: WebImages, buckets: BucketImages) {
        self.web = web
        self.buckets = buckets
    }

    package func read(
        _ entry: ImageEntry, in dataset: RelativePath
    ) async throws(ImageSourceError) -> [UInt8] {
        guard entry.isRemote else { return try await files.read(entry, in: dataset) }
        if let problem = entry.problem { throw .unreadable(problem) }
        return entry.container.bucketAndKey == nil
            ? try await web.read(entry, in: dataset) : try await buckets.read(entry, in: dataset)
    }
}

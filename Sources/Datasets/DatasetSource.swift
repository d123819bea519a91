package import PipelineCore

/// A dataset that can be listed, wherever its images are.
///
/// Listing streams: no source keeps more in memory than what it is at. It may wait for a disk or a
/// network, so it is for a thread of its own.
package protocol DatasetSource: Sendable {
    /// What its runs call it: an absolute path, or an address.
    var dataset: RelativePath { get }
    /// Whether it visits its images in byte order of their names.
    var isOrdered: Bool { get }

    /// Visits every image, those that cannot be read included, as entries with a problem.
    ///
    /// What `body` throws ends the walk; otherwise throws ``DatasetError``.
    func entries(_ body: (ImageEntry) throws -> Void) throws -> FolderSummary
}

extension ImageFolder: DatasetSource {
    package var dataset: RelativePath { path }
    package var isOrdered: Bool { true }
}

extension DatasetSource {
    /// Lists the dataset into a manifest at `path`, in byte order of the images' names.
    ///
    /// `progress` hears after every image how many have been listed and how many bytes read.
    /// Throws ``DatasetError``, or what `progress` throws; then no manifest is left behind.
    package func writeManifest(
        to path: String, progress: (_ images: Int, _ bytes: Int) throws -> Void = { _, _ in }
    ) throws -> (manifest: ManifestSummary, folder: FolderSummary) {
        var writer = try ManifestWriter(path: path)
        var (images, bytes) = (0, 0)
        let sorter = isOrdered ? nil : EntrySorter(beside: path)
        var found = try entries { entry in
            if let sorter { try sorter.append(entry) } else { try writer.append(entry) }
            images += 1
            bytes += entry.sha256 == nil ? 0 : entry.size
            try progress(images, bytes)
        }
        if let sorter {
            found.repeated = try sorter.visit { try writer.append($0) }
            found.images -= found.repeated
        }
        return (try writer.finish(), found)
    }
}

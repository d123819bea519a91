import PipelineCore

extension ImageFolder {
    /// Lists the folder into a manifest at `path`, in byte order of the images' paths.
    ///
    /// `progress` hears after every image how many have been listed and how many bytes read.
    /// Throws ``DatasetError``, or what `progress` throws; then no manifest is left behind.
    package func writeManifest(
        to path: String, progress: (_ images: Int, _ bytes: Int) throws -> Void = { _, _ in }
    ) throws -> (manifest: ManifestSummary, folder: FolderSummary) {
        var writer = try ManifestWriter(path: path)
        var (images, bytes) = (0, 0)
        let folder = try entries { entry in
            try writer.append(entry)
            images += 1
            bytes += entry.sha256 == nil ? 0 : entry.size
            try progress(images, bytes)
        }
        return (try writer.finish(), folder)
    }
}

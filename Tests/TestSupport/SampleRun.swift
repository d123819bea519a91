package import PipelineCore

extension Run {
    /// A small open run called `name`, which is also its key.
    package static func sample(_ name: String) -> Run {
        guard let id = RunID(name) else { preconditionFailure("'\(name)' is no run's id") }
        return Run(
            id: id, key: "key of \(name)", state: .open,
            dataset: RelativePath(text: "/photos/\(name)"),
            definition: PipelineDefinition(
                name: "imagenet-fast", members: [Member(name: "lite0", model: "efficientnet_lite0")]
            ),
            manifest: SHA256Digest(of: Array("manifest of \(name)".utf8)), created: 1_700_000_000)
    }
}

extension ShardRange {
    /// `shards` shards of `images` images each, a hundred bytes of manifest an image.
    package static func even(shards: Int, images: Int = 10) -> [ShardRange] {
        (0..<shards).map { index in
            ShardRange(
                index: index, firstRow: index * images, count: images,
                offset: index * images * 100, length: images * 100)
        }
    }
}

extension ShardResult {
    /// A result named by `words`: ten images, `failed` of them without a label.
    package static func sample(_ words: String, failed: Int = 0) -> ShardResult {
        ShardResult(
            sha256: SHA256Digest(of: Array(words.utf8)), labelled: 10 - failed, failed: failed)
    }
}

extension JobStore {
    /// Opens `run` and starts it with `shards` shards of ten images.
    @discardableResult
    package func begin(_ run: Run, shards: Int) async throws -> Run {
        let run = try await open(run)
        return try await start(
            run.id, images: shards * 10, shards: ShardRange.even(shards: shards))
    }
}

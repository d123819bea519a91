import Dispatch
import Glibc
package import PipelineCore

/// Reads images from a dataset's folder on this host, and from archives in it.
///
/// Nothing outside the folder is ever opened, whatever a path or a link says; a link that ends
/// beneath the folder is followed.
package struct DatasetReader: ImageSource {
    /// The largest file that is read, in bytes.
    package static let maximumBytes = 256 << 20

    /// A reader without state; every read opens the dataset anew.
    package init() {}

    /// Reads on a thread where waiting for a disk holds up nobody.
    package func read(
        _ entry: ImageEntry, in dataset: RelativePath
    ) async throws(ImageSourceError) -> [UInt8] {
        let result = await withCheckedContinuation { continuation in
            DispatchQueue.global().async {
                continuation.resume(
                    returning: Result { () throws(ImageSourceError) in
                        try readSynchronously(entry, in: dataset)
                    })
            }
        }
        return try result.get()
    }

    /// Reads on the calling thread.
    package func readSynchronously(
        _ entry: ImageEntry, in dataset: RelativePath
    ) throws(ImageSourceError) -> [UInt8] {
        guard !entry.isRemote else { throw .unreadable("it is no file of this host") }
        guard let sha256 = entry.sha256 else {
            throw .unreadable(entry.problem ?? "the file could not be read when it was submitted")
        }
        let bytes: [UInt8]
        do {
            let file = try FolderRoot.ofDataset(dataset.bytes).open(entry.container.bytes)
            let status = try file.status()
            guard status.kind == .file else { throw ImageSourceError.unreadable("it is a folder") }
            if let archive = entry.archive {
                guard entry.size <= Self.maximumBytes else { throw ImageSourceError.tooLarge }
                guard entry.size <= status.size, archive.offset <= status.size - entry.size else {
                    throw ImageSourceError.changed
                }
                try file.seek(to: archive.offset)
            } else {
                guard status.size <= Self.maximumBytes else { throw ImageSourceError.tooLarge }
                guard status.size == entry.size else { throw ImageSourceError.changed }
            }
            bytes = try Self.read(file, size: entry.size, isWhole: entry.archive == nil)
        } catch {
            throw Self.translated(error)
        }
        guard bytes.count == entry.size, SHA256Digest(of: bytes) == sha256 else { throw .changed }
        return bytes
    }

    /// Reads `size` bytes or until the end; of a whole file one byte more, if it has grown.
    private static func read(
        _ file: borrowing Descriptor, size: Int, isWhole: Bool
    ) throws -> [UInt8] {
        let most = isWhole ? size + 1 : size
        return try [UInt8](unsafeUninitializedCapacity: most) { buffer, count in
            while count < most {
                let rest = UnsafeMutableRawBufferPointer(
                    rebasing: UnsafeMutableRawBufferPointer(buffer)[count...])
                let read = try file.read(into: rest)
                guard read > 0 else { return }
                count += read
            }
        }
    }

    /// The one place where a refusal becomes an error that the caller knows.
    private static func translated(_ error: any Error) -> ImageSourceError {
        switch error {
        case let error as ImageSourceError: error
        case let error as SystemError: translated(error)
        case FolderRootError.system(let error): translated(error)
        default: .unreadable("\(error)")
        }
    }

    private static func translated(_ error: SystemError) -> ImageSourceError {
        switch error.code {
        case ENOENT, ENOTDIR: .missing
        default: .unreadable(error.description)
        }
    }
}

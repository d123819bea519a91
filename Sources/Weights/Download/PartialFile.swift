import Foundation
import Models
import PipelineCore

/// A file on its way from a publisher; what has come outlives the process, to be gone on with.
///
/// Beside it lies what its publisher calls this version of the file, so that two versions are never
/// put together.
final class PartialFile {
    private let path: String
    private let handle: FileHandle
    /// How many bytes have come.
    private(set) var size: Int
    /// The version of the file that they are of, as an `If-Range` says it; nil where the publisher
    /// has no word for it.
    private(set) var version: String?
    /// Whether its bytes came in more than one answer.
    private(set) var isPatched: Bool

    /// Opens what has come in `folder`, or begins anew.
    init(in folder: String) throws(WeightError) {
        path = folder + "/file.part"
        let number = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard number >= 0 else { throw .system(errno, writing: path) }
        handle = FileHandle(fileDescriptor: number, closeOnDealloc: true)
        let end = lseek(number, 0, SEEK_END)
        guard end >= 0 else { throw .system(errno, writing: path) }
        size = Int(end)
        isPatched = size > 0
        version = try? String(contentsOfFile: path + ".version", encoding: .utf8)
    }

    /// Throws away what has come; what comes now is of `version`.
    func restart(version: String?) throws(WeightError) {
        do {
            try handle.truncate(atOffset: 0)
            size = 0
            isPatched = false
            self.version = version
            if let version {
                try Data(version.utf8).write(to: URL(filePath: path + ".version"), options: .atomic)
            } else if FileManager.default.fileExists(atPath: path + ".version") {
                try FileManager.default.removeItem(atPath: path + ".version")
            }
        } catch {
            throw .foundation(error, writing: path)
        }
    }

    /// What comes now goes on where the last answer ended.
    func goOn() { isPatched = isPatched || size > 0 }

    /// Adds bytes.
    func append(_ bytes: [UInt8]) throws(WeightError) {
        do {
            try handle.write(contentsOf: Data(bytes))
        } catch {
            throw .foundation(error, writing: path)
        }
        size += bytes.count
    }

    /// Names the file in `folder` by its digest once it is on the disk, and tells where it lies;
    /// throws ``WeightMismatch`` when its digest is not the `expected` one.
    func finish(expecting expected: WeightSource.Digest, in folder: String) throws -> String {
        do {
            try handle.synchronize()
        } catch {
            throw WeightError.foundation(error, writing: path)
        }
        let found = try FileDigests.shared.digest(of: path)
        guard expected.matches(found) else {
            throw WeightMismatch.digest(expected: expected, found: found)
        }
        let place = "\(folder)/\(found)"
        guard rename(path, place) == 0 else { throw WeightError.system(errno, writing: place) }
        try Folders.synchronise(folder)
        return place
    }
}

import Foundation

/// The bytes of a request on their way out, read from memory or from a file.
final class RequestBody {
    private enum Source {
        case memory([UInt8])
        case file(FileHandle, path: String)
    }

    private let source: Source
    /// How many bytes there are.
    let size: Int
    private var position = 0
    /// What stopped a read, for the error that follows it.
    private(set) var failure: HTTPError?

    init(_ body: HTTPBody) throws(HTTPError) {
        switch body {
        case .bytes(let bytes):
            source = .memory(bytes)
            size = bytes.count
        case .file(let path):
            do {
                let handle = try FileHandle(forReadingFrom: URL(filePath: path))
                size = Int(try handle.seekToEnd())
                try handle.seek(toOffset: 0)
                source = .file(handle, path: path)
            } catch {
                throw .unreadable(path: path, detail: error.localizedDescription)
            }
        }
    }

    /// Fills `room` as far as there are bytes; 0 at the end, nil when they cannot be read.
    func read(into room: UnsafeMutableRawBufferPointer) -> Int? {
        let count = min(room.count, size - position)
        guard count > 0 else { return 0 }
        switch source {
        case .memory(let bytes):
            bytes.withUnsafeBytes { all in
                room.copyMemory(
                    from: UnsafeRawBufferPointer(rebasing: all[position..<position + count]))
            }
        case .file(let handle, let path):
            do {
                guard let data = try handle.read(upToCount: count), data.count == count else {
                    failure = .unreadable(path: path, detail: "it became shorter while it was sent")
                    return nil
                }
                data.copyBytes(to: room)
            } catch {
                failure = .unreadable(path: path, detail: error.localizedDescription)
                return nil
            }
        }
        position += count
        return count
    }

    /// Goes back to `offset` from the beginning; false when that cannot be done.
    func seek(to offset: Int) -> Bool {
        guard (0...size).contains(offset) else { return false }
        if case .file(let handle, _) = source {
            do { try handle.seek(toOffset: UInt64(offset)) } catch { return false }
        }
        position = offset
        return true
    }
}

import PipelineCore

/// An archive's bytes, wherever they lie.
protocol ArchiveBytes {
    /// How many there are.
    var count: Int { get }

    /// Those from `offset` on, all of them within the archive.
    func bytes(at offset: Int, count: Int) throws(TarReader.Trouble) -> [UInt8]
}

/// An archive that is a file of this host.
final class FileBytes: ArchiveBytes {
    let count: Int
    private let file: Descriptor

    /// Reads `file` wherever it is asked to.
    init(_ file: consuming Descriptor) throws(SystemError) {
        count = try file.status().size
        self.file = file
    }

    func bytes(at offset: Int, count: Int) throws(TarReader.Trouble) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        var read = 0
        do throws(SystemError) {
            try file.seek(to: offset)
            while read < count {
                let more = try bytes.withUnsafeMutableBytes { all in
                    let rest = UnsafeMutableRawBufferPointer(rebasing: all[read...])
                    return Result { () throws(SystemError) in try file.read(into: rest) }
                }.get()
                guard more > 0 else { break }
                read += more
            }
        } catch {
            throw .system(error)
        }
        guard read == count else { throw .damaged("it became shorter while it was read") }
        return bytes
    }
}

/// A part of something that has an address.
struct RemotePart: Sendable {
    /// The part's bytes.
    var bytes: [UInt8]
    /// How many bytes the whole has.
    var total: Int
    /// What its server calls its present state; nil where it says nothing.
    var state: String?
}

/// An archive that has an address: fetched a few MiB at a time, in the order in which it is read.
///
/// Whoever reads waits for the network, on a thread that may wait.
final class RemoteBytes: ArchiveBytes {
    /// Fetches a part, of which only the end of the archive may cut something off.
    typealias Fetch = @Sendable (Range<Int>) async throws(ImageSourceError) -> RemotePart

    let count: Int
    private let fetch: Fetch
    private let state: String?
    private var window: [UInt8]
    private var start = 0

    /// How much is fetched at once, in bytes.
    private static let stride = 4 << 20

    /// Fetches the archive's beginning; throws ``TarReader/Trouble/unreachable(_:)``.
    init(_ fetch: @escaping Fetch) throws(TarReader.Trouble) {
        self.fetch = fetch
        let first = try Self.wait(fetch, 0..<Self.stride)
        (count, state, window) = (first.total, first.state, first.bytes)
    }

    func bytes(at offset: Int, count: Int) throws(TarReader.Trouble) -> [UInt8] {
        if offset < start || offset + count > start + window.count {
            let end = min(self.count, offset + max(count, Self.stride))
            let part = try Self.wait(fetch, offset..<end)
            guard part.total == self.count, part.state == state else {
                throw .damaged("it changed while it was read")
            }
            guard part.bytes.count == end - offset else {
                throw .damaged("its server sends other parts of it than asked for")
            }
            (start, window) = (offset, part.bytes)
        }
        return Array(window[(offset - start)..<(offset - start + count)])
    }

    private static func wait(
        _ fetch: @escaping Fetch, _ range: Range<Int>
    ) throws(TarReader.Trouble) -> RemotePart {
        do throws(ImageSourceError) {
            return try waiting { () async throws(ImageSourceError) in try await fetch(range) }
        } catch {
            throw .unreachable(error)
        }
    }
}

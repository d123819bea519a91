import CZip
import Glibc

/// A zip file, such as a wheel, open for reading its members; closed when its owner lets go.
struct ZipArchive: ~Copyable {
    /// A file in the archive.
    struct Member {
        fileprivate let index: UInt64
        /// Its path in the archive; never used as a path on the disk.
        let name: String
        /// Its size when unpacked, as the archive says.
        let size: UInt64
    }

    private let archive: OpaquePointer
    /// The files in the archive, in its order.
    let members: [Member]

    /// Opens the archive at `path`.
    init(path: String) throws(ZipError) {
        var code: CInt = 0
        guard let archive = zip_open(path, ZIP_RDONLY, &code) else {
            var error = zip_error_t()
            zip_error_init_with_code(&error, code)
            defer { zip_error_fini(&error) }
            throw ZipError(String(cString: zip_error_strerror(&error)))
        }
        self.archive = archive
        members = (0..<UInt64(max(0, zip_get_num_entries(archive, 0)))).compactMap { index in
            var status = zip_stat_t()
            guard zip_stat_index(archive, index, 0, &status) == 0, let name = status.name else {
                return nil
            }
            return Member(index: index, name: String(cString: name), size: status.size)
        }
    }

    deinit { zip_discard(archive) }

    /// Unpacks `member` piece by piece; throws ``ZipError``, or what `body` throws.
    func read(_ member: Member, _ body: (UnsafeRawBufferPointer) throws -> Void) throws {
        guard let file = zip_fopen_index(archive, member.index, 0) else {
            throw ZipError(String(cString: zip_strerror(archive)))
        }
        defer { zip_fclose(file) }
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 16)
        defer { buffer.deallocate() }
        while true {
            let count = zip_fread(file, buffer.baseAddress, UInt64(buffer.count))
            guard count >= 0 else { throw ZipError(String(cString: zip_file_strerror(file))) }
            guard count > 0 else { return }
            try body(UnsafeRawBufferPointer(rebasing: buffer[..<Int(count)]))
        }
    }
}

/// Why a zip file cannot be read, in libzip's own words.
struct ZipError: Error {
    let words: String

    init(_ words: String) { self.words = words }
}

import Foundation
import Glibc

/// A file without a name, for parsers that open a path.
struct NamelessFile: ~Copyable {
    private let descriptor: CInt

    /// A file of these bytes; nil where the system gives none.
    init?(_ bytes: [UInt8]) {
        let folder = FileManager.default.temporaryDirectory.path
        var template = Array((folder + "/fuzz-XXXXXX").utf8CString)
        descriptor = mkstemp(&template)
        guard descriptor >= 0 else { return nil }
        unlink(template)
        var written = 0
        while written < bytes.count {
            let count = bytes.withUnsafeBytes {
                write(descriptor, $0.baseAddress?.advanced(by: written), bytes.count - written)
            }
            guard count > 0 else {
                close(descriptor)
                return nil
            }
            written += count
        }
    }

    deinit { close(descriptor) }

    /// The path by which this process opens it.
    var path: String { "/proc/self/fd/\(descriptor)" }
}

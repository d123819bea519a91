import Foundation
import Glibc
import TestSupport

/// A folder of sample photos.
struct SampleDataset {
    let folder = TemporaryFolder()
    var path: String { folder.file("photos") }

    /// A folder with the photos of `indices`, each under `p` and its index.
    init(_ indices: Range<Int>) throws {
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: true)
        for index in indices { try write(SamplePhoto(index: index).png, to: Self.name(index)) }
    }

    /// The name of a photo: all names are of one length, so that they order as the indices do.
    static func name(_ index: Int) -> String { "p\(1000 + index).png" }

    /// Writes a file under a name that may be any bytes.
    func write(_ bytes: [UInt8], to name: some Sequence<UInt8>) throws {
        let target = Array(path.utf8) + [UInt8(ascii: "/")] + name
        if let slash = target.lastIndex(of: UInt8(ascii: "/")) {
            mkdir(target[..<slash].map { CChar(bitPattern: $0) } + [0], 0o755)
        }
        let file = open(
            target.map { CChar(bitPattern: $0) } + [0], O_WRONLY | O_CREAT | O_TRUNC, 0o644)
        defer { close(file) }
        guard file >= 0, Glibc.write(file, bytes, bytes.count) == bytes.count else {
            throw CocoaError(.fileWriteUnknown)
        }
    }

    /// Writes a file.
    func write(_ bytes: [UInt8], to name: String) throws { try write(bytes, to: name.utf8) }
}

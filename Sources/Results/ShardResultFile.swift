import Checkpoints
package import PipelineCore

/// A shard's result as the reporter reads it: checked whole before any number is used.
package struct ShardResultFile: Sendable {
    /// Where the file lies; errors name it.
    package let path: String
    /// The run it says it belongs to.
    package let run: RunID
    /// The shard's index in its run.
    package let shard: Int
    /// The manifest row of its first image, from 0.
    package let firstRow: Int
    /// How many images it covers.
    package let rows: Int
    /// The networks, in the definition's order.
    package let members: [ResultMember]
    /// Why images have no logits, by row in the shard, from 0.
    package let failures: [Int: ImageFailure]

    /// The whole file: bytes that were hashed are the bytes that are used.
    private let bytes: [UInt8]
    /// Where each member's logits begin in `bytes`.
    private let starts: [Int]

    /// Reads the file at `path`, whose SHA-256 must be `sha256` where one is given.
    ///
    /// Throws ``ResultError/unreadable(path:reason:)``,
    /// ``ResultError/mismatch(path:expected:found:)``, ``ResultError/corrupt(path:detail:)`` or
    /// ``ResultError/unsupported(path:detail:)``.
    package init(path: String, sha256: SHA256Digest? = nil) throws(ResultError) {
        let bytes = try contents(ofFile: path)
        if let sha256 {
            let found = SHA256Digest(of: bytes)
            guard found == sha256 else {
                throw .mismatch(path: path, expected: sha256, found: found)
            }
        }
        let layout = try ResultLayout(parsing: bytes, path: path)
        self.path = path
        self.bytes = bytes
        run = layout.run
        shard = layout.shard
        firstRow = layout.firstRow
        rows = layout.rows
        members = layout.members
        failures = layout.failures
        starts = layout.starts
    }

    /// Images with logits of every member.
    package var labelled: Int { rows - failures.count }

    /// Why the image in `row` has no logits; nil where it has.
    package func failure(_ row: Int) -> ImageFailure? { failures[row] }

    /// One member's logits of the image in `row`, [classes]; NaN where the image failed.
    package func logits(member: Int, row: Int) -> [Float] {
        let classes = members[member].classes
        return [Float](unsafeUninitializedCapacity: classes) { output, count in
            copy(member: member, row: row, to: UnsafeMutableRawBufferPointer(output))
            count = classes
        }
    }

    /// Every member's logits of the image in `row`, [members, classes], the members in their order.
    ///
    /// `output` is resized to hold them, and may be the same for all rows.
    package func copyLogits(ofRow row: Int, to output: inout [Float]) {
        let count = members.reduce(0) { $0 + $1.classes }
        if output.count != count { output = [Float](repeating: 0, count: count) }
        output.withUnsafeMutableBytes { output in
            var start = 0
            for member in members.indices {
                let end = start + members[member].classes * MemoryLayout<Float>.size
                copy(
                    member: member, row: row,
                    to: UnsafeMutableRawBufferPointer(rebasing: output[start..<end]))
                start = end
            }
        }
    }

    /// Where one member's logits begin in the file, in bytes; row follows row.
    package func start(ofMember member: Int) -> Int { starts[member] }

    private func copy(member: Int, row: Int, to output: UnsafeMutableRawBufferPointer) {
        let length = members[member].classes * MemoryLayout<Float>.size
        let start = starts[member] + row * length
        bytes[start..<start + length].withUnsafeBytes { output.copyMemory(from: $0) }
    }
}

import Foundation

/// `POST /v1/leases/known`: a worker asks what is known of its shard's images.
///
/// It counts as a heartbeat.
package struct KnownRequest: Sendable, Hashable, Codable {
    /// Which lease.
    package var ticket: LeaseTicket
    /// How many of the shard's images are finished.
    package var progress: Int
    /// How each member would be computed, in the definition's order.
    package var procedures: [Procedure]
    /// The rows in question, from the shard's first as 0, ascending; nil for all of them.
    package var rows: [Int]?

    /// Names every field.
    package init(
        ticket: LeaseTicket, progress: Int, procedures: [Procedure], rows: [Int]? = nil
    ) {
        self.ticket = ticket
        self.progress = progress
        self.procedures = procedures
        self.rows = rows
    }
}

/// What is known of some of a shard's images: the answer to a ``KnownRequest``.
///
/// On the wire it is a line of JSON, which says what is known, and then the known logits as
/// little-endian f32, row by row and in a row member by member.
package struct KnownRows: Sendable, Hashable {
    /// What a worker is to do about an image.
    package enum Row: Sendable, Hashable {
        /// For each member its logits, or nil where the worker is to compute them.
        case settled([[UInt8]?])
        /// Another lease is computing it; ask again in a while.
        case awaited
        /// Known, but not in this answer; ask again at once.
        case later
    }

    /// The rows that were asked for, in their order.
    package var rows: [Row]

    /// Wraps rows.
    package init(rows: [Row]) { self.rows = rows }

    private struct Head: Codable {
        /// A word a row, of a letter a member: k known, c compute, w wait, l later.
        var rows: [String]
        /// The bytes of each member's logits of one image.
        var bytes: [Int]
    }

    /// The bytes on the wire, for an ensemble of `members`.
    package func encode(members: Int) throws -> [UInt8] {
        var sizes = [Int](repeating: 0, count: members)
        var (words, logits): ([String], [UInt8]) = ([], [])
        for row in rows {
            switch row {
            case .awaited: words.append(String(repeating: "w", count: members))
            case .later: words.append(String(repeating: "l", count: members))
            case .settled(let known):
                words.append(String(known.map { $0 == nil ? "c" : "k" }))
                for (member, bytes) in known.enumerated() {
                    guard let bytes else { continue }
                    sizes[member] = bytes.count
                    logits += bytes
                }
            }
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        return Array(try encoder.encode(Head(rows: words, bytes: sizes)))
            + [UInt8(ascii: "\n")] + logits
    }

    /// Reads what ``encode(members:)`` wrote of `count` rows; throws ``KnownRowsError`` and what a
    /// JSON decoder throws.
    package init(parsing bytes: [UInt8], rows count: Int, members: Int) throws {
        guard let end = bytes.firstIndex(of: UInt8(ascii: "\n")) else {
            throw KnownRowsError(detail: "its first line does not end")
        }
        let head = try JSONDecoder().decode(Head.self, from: Data(bytes[..<end]))
        guard head.rows.count == count, head.bytes.count == members,
            head.bytes.allSatisfy({ $0 >= 0 && $0.isMultiple(of: 4) })
        else { throw KnownRowsError(detail: "it is of other rows or members than were asked for") }
        var place = end + 1
        rows = try head.rows.map { word in
            guard word.utf8.count == members else {
                throw KnownRowsError(detail: "a row is '\(word.prefix(20))'")
            }
            if word.allSatisfy({ $0 == "w" }) { return .awaited }
            if word.allSatisfy({ $0 == "l" }) { return .later }
            return .settled(
                try zip(word, head.bytes).map { letter, size in
                    guard letter == "k" else {
                        guard letter == "c" else {
                            throw KnownRowsError(detail: "a row is '\(word.prefix(20))'")
                        }
                        return nil
                    }
                    guard size <= bytes.count - place else {
                        throw KnownRowsError(detail: "it ends before its logits do")
                    }
                    defer { place += size }
                    return Array(bytes[place..<place + size])
                })
        }
        guard place == bytes.count else {
            throw KnownRowsError(detail: "\(bytes.count - place) bytes follow its logits")
        }
    }
}

/// An answer that says nothing of known rows.
package struct KnownRowsError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What is wrong with it.
    package let detail: String

    /// A cause.
    package init(detail: String) { self.detail = detail }

    package var description: String { "the answer about known rows cannot be read: \(detail)" }
}

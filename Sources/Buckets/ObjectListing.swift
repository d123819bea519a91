/// An object as a listing tells of it.
package struct BucketObject: Sendable, Hashable {
    /// Its key, as the store spells it.
    package var key: [UInt8]
    /// Its size in bytes.
    package var size: Int
    /// What the store calls its present state, without quotes; empty where it says nothing.
    package var etag: String
}

/// A page of a bucket's listing.
package struct ObjectListing: Sendable, Equatable {
    /// The objects, in the store's order.
    package private(set) var objects: [BucketObject] = []
    /// What to ask for the next page with; nil after the last.
    package private(set) var continuation: [UInt8]?

    /// Reads the answer to `ListObjectsV2`; throws ``BucketError/malformed(_:)``.
    init(xml: [UInt8]) throws(BucketError) {
        do {
            try read(XMLScanner(xml))
        } catch let error as XMLScanner.Malformed {
            throw .malformed(error.words)
        } catch let error as BucketError {
            throw error
        } catch {
            throw .malformed("\(error)")
        }
    }

    private mutating func read(_ source: XMLScanner) throws {
        var scanner = source
        var path: [String] = []
        var text: [UInt8] = []
        var fields: [String: [UInt8]] = [:]
        var isTruncated = false
        var isListing = false
        while let event = try scanner.next() {
            switch event {
            case .open(let name):
                path.append(name)
                text = []
                if path == ["ListBucketResult"] { isListing = true }
                if path == ["ListBucketResult", "Contents"] { fields = [:] }
            case .text(let bytes):
                text += bytes
            case .close(let name):
                switch path {
                case ["ListBucketResult", "Contents"]: objects.append(try Self.object(fields))
                case ["ListBucketResult", "Contents", name]: fields[name] = text
                case ["ListBucketResult", "IsTruncated"]: isTruncated = text == Array("true".utf8)
                case ["ListBucketResult", "NextContinuationToken"]: continuation = text
                default: break
                }
                path.removeLast()
                text = []
            }
        }
        guard isListing else { throw BucketError.malformed("it is no list of objects") }
        guard isTruncated else {
            continuation = nil
            return
        }
        guard continuation?.isEmpty == false else {
            throw BucketError.malformed("the list goes on, but does not say where")
        }
    }

    private static func object(_ fields: [String: [UInt8]]) throws(BucketError) -> BucketObject {
        guard let key = fields["Key"], !key.isEmpty, let digits = fields["Size"],
            let size = Int(String(decoding: digits, as: UTF8.self)), size >= 0
        else { throw .malformed("an object has no key or no size") }
        let etag = String(decoding: fields["ETag"] ?? [], as: UTF8.self)
        return BucketObject(key: key, size: size, etag: etag.plainETag)
    }
}

extension String {
    /// An entity tag without its quotes; a weak one without its mark, too.
    package var plainETag: String {
        var text = self[...]
        if text.hasPrefix("W/") { text = text.dropFirst(2) }
        if text.count >= 2, text.hasPrefix("\""), text.hasSuffix("\"") {
            text = text.dropFirst().dropLast()
        }
        return String(text)
    }
}

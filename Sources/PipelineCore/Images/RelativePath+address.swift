extension RelativePath {
    /// Whether it begins as an address does, with letters and `://`.
    package var looksLikeAddress: Bool {
        guard let colon = bytes.firstIndex(of: UInt8(ascii: ":")), colon > 0,
            bytes[colon...].starts(with: "://".utf8)
        else { return false }
        return bytes[..<colon].allSatisfy { byte in
            (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte)
                || (0x61...0x7A).contains(byte) || "+-.".utf8.contains(byte)
        }
    }

    /// Whether it is an address that images are fetched from: `http`, `https` or `s3`.
    ///
    /// Of the first two, none that carries a user's name or password, which would end up in
    /// manifests, and none with blanks, control characters or backslashes, which browsers read as
    /// slashes and others do not.
    package var isFetchable: Bool {
        if let place = bucketAndKey { return !place.bucket.isEmpty && !place.key.isEmpty }
        guard let rest = ["http://", "https://"].lazy.compactMap(rest(after:)).first else {
            return false
        }
        let host = rest.prefix { !"/?#".utf8.contains($0) }
        return !host.isEmpty && !host.contains(UInt8(ascii: "@"))
            && bytes.allSatisfy { $0 > 0x20 && $0 != 0x7F && $0 != UInt8(ascii: "\\") }
    }

    /// Whether it is an address with a user's name, and perhaps a password, before its host.
    package var hasUser: Bool {
        guard looksLikeAddress, let colon = bytes.firstIndex(of: UInt8(ascii: ":")) else {
            return false
        }
        return bytes[(colon + 3)...].prefix { !"/?#".utf8.contains($0) }
            .contains(UInt8(ascii: "@"))
    }

    /// The two parts of an `s3://bucket/key`, the key as the store spells it; nil for other
    /// addresses.
    package var bucketAndKey: (bucket: String, key: [UInt8])? {
        guard let rest = rest(after: "s3://"), !rest.contains(0) else { return nil }
        let bucket = rest.prefix { $0 != UInt8(ascii: "/") }
        let isName = bucket.allSatisfy { byte in
            (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte)
                || (0x61...0x7A).contains(byte) || "-._".utf8.contains(byte)
        }
        guard isName, bucket.count <= 255 else { return nil }
        return (
            String(decoding: bucket, as: UTF8.self), Array(rest.dropFirst(bucket.count + 1))
        )
    }

    /// What follows a scheme, whose letters may be of either case.
    private func rest(after scheme: String) -> ArraySlice<UInt8>? {
        let start = bytes.prefix(scheme.utf8.count).map { byte in
            (0x41...0x5A).contains(byte) ? byte | 0x20 : byte
        }
        return start.elementsEqual(scheme.utf8) ? bytes[start.count...] : nil
    }
}

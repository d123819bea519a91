/// Where an object store is, and in which of its regions.
package struct StorePlace: Sendable, Hashable {
    /// The beginning of its URLs, without a `/` at the end; nil for Amazon's own in the region.
    package let endpoint: String?
    /// The region that requests are signed for.
    package let region: String

    /// What stores of other makers than Amazon call their only region, and Amazon its first.
    package static let defaultRegion = "us-east-1"

    /// Takes an endpoint such as `https://minio.lan:9000`; nil where it or the region cannot be one.
    package init?(endpoint: String? = nil, region: String? = nil) {
        let region = region ?? Self.defaultRegion
        let isName = region.utf8.allSatisfy { byte in
            (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte) || byte == 0x2D
        }
        guard isName, (1...40).contains(region.utf8.count) else { return nil }
        self.region = region
        guard var text = endpoint else {
            self.endpoint = nil
            return
        }
        while text.hasSuffix("/") { text.removeLast() }
        let scheme = ["http://", "https://"].first { text.lowercased().hasPrefix($0) }
        guard let scheme else { return nil }
        let host = text.dropFirst(scheme.count)
        let isHost = host.utf8.allSatisfy { byte in
            (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte)
                || (0x61...0x7A).contains(byte) || "-._:[]".utf8.contains(byte)
        }
        guard !host.isEmpty, isHost else { return nil }
        self.endpoint = scheme + host
    }

    /// The beginning of its URLs.
    package var base: String { endpoint ?? "https://s3.\(region).amazonaws.com" }
}

/// The objects of a bucket whose keys begin alike, as `s3://bucket/prefix` names them.
package struct BucketPrefix: Sendable, Hashable {
    /// Where the bucket is.
    package let store: StorePlace
    /// The bucket's name.
    package let bucket: String
    /// What the keys begin with, as the store spells it; empty for all of the bucket.
    package let prefix: [UInt8]

    /// Names every field.
    package init(store: StorePlace, bucket: String, prefix: [UInt8]) {
        self.store = store
        self.bucket = bucket
        self.prefix = prefix
    }

    /// All that it is in one line: `s3://bucket/prefix?endpoint=…&region=…`, percent-encoded, without
    /// what is Amazon's own default.
    package var text: String {
        var query: [(name: String, value: [UInt8])] = []
        if let endpoint = store.endpoint { query.append(("endpoint", Array(endpoint.utf8))) }
        if store.region != StorePlace.defaultRegion {
            query.append(("region", Array(store.region.utf8)))
        }
        return CanonicalURL.text("s3:/", path: [Array(bucket.utf8), prefix], query: query)
    }

    /// Reads back what ``text`` wrote; nil for anything else.
    package init?(text: String) {
        let parts = text.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        guard text.hasPrefix("s3://"), let place = parts.first?.dropFirst(5) else { return nil }
        let names = place.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let name = CanonicalURL.decoded(names[0]),
            let bucket = String(validating: name, as: UTF8.self), !bucket.isEmpty,
            !bucket.utf8.contains(UInt8(ascii: "/")),
            let prefix = CanonicalURL.decoded(names.count > 1 ? names[1] : "")
        else { return nil }
        var settings: [String: String] = [:]
        for pair in (parts.count > 1 ? parts[1] : "").split(separator: "&") {
            let halves = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard halves.count == 2, let value = CanonicalURL.decoded(halves[1]) else { return nil }
            settings[String(halves[0])] = String(decoding: value, as: UTF8.self)
        }
        guard settings.keys.allSatisfy({ $0 == "endpoint" || $0 == "region" }),
            let store = StorePlace(endpoint: settings["endpoint"], region: settings["region"])
        else { return nil }
        self.init(store: store, bucket: bucket, prefix: prefix)
    }
}

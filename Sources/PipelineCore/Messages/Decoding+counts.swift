extension KeyedDecodingContainer {
    /// A count of things from another host: 0 or more, and so few that sums of millions of them are
    /// numbers, too.
    func count(_ key: Key) throws -> Int {
        let count = try decode(Int.self, forKey: key)
        guard (0...1 << 40).contains(count) else {
            throw DecodingError.dataCorruptedError(
                forKey: key, in: self, debugDescription: "\(count) is no count")
        }
        return count
    }
}

/// An image file on its way from a reader to a stream.
struct Photo: Sendable {
    /// The shard it belongs to.
    let job: ShardJob
    /// Its row in the shard, from 0.
    let row: Int
    /// The whole file.
    let bytes: [UInt8]
    /// The bytes of room that were reserved for it.
    let room: Int
}

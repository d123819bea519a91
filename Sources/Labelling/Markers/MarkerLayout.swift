/// Where things lie in a crash marker, in bytes.
///
/// ```
/// magic(8) thread(8) signal(4) streams(4) photos(4) …     one header
/// length(4) ticket as JSON …                              a slot for each lease that may be held
/// thread(8) count(4) - [lease(4) row(4)] …                a slot for each stream
/// ```
/// Numbers have 32 bits, those of threads 64, in the machine's order: a marker is read where it was written.
struct MarkerLayout: Equatable {
    /// How many streams there are.
    let streams: Int
    /// How many photos a stream may have in hand at once.
    let photos: Int

    static let magic = Array("PLMARK01".utf8)
    static let thread = 8
    static let signal = 16
    static let streamCount = 20
    static let photoCount = 24
    static let leases = 16
    static let ticketLimit = 508
    private static let header = 64
    private static let leaseSize = 512

    /// A layout for a worker of that shape; nil for one that no worker has.
    init?(streams: Int, photos: Int) {
        guard (1...4096).contains(streams), (1...4096).contains(photos) else { return nil }
        self.streams = streams
        self.photos = photos
    }

    /// Bytes of the whole marker.
    var size: Int { stream(streams) }

    /// Where the slot of a lease begins.
    func lease(_ index: Int) -> Int { Self.header + index * Self.leaseSize }

    /// Where the slot of a stream begins.
    func stream(_ index: Int) -> Int { lease(Self.leases) + index * (16 + 8 * photos) }

    /// Where the count of a stream's photos stands.
    func count(_ stream: Int) -> Int { self.stream(stream) + 8 }

    /// Where a stream's photo stands: the slot of its lease, then its row.
    func photo(_ index: Int, of stream: Int) -> Int { self.stream(stream) + 16 + 8 * index }
}

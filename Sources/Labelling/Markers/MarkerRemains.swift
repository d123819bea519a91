import Foundation
import Glibc
import PipelineCore

/// What a dead worker has left: the leases it held, and what was in its hands.
struct MarkerRemains: Equatable {
    /// Where the marker lies.
    let path: String
    /// Each lease it held; nil in place of a mark where no image of the lease was in hand.
    let leases: [Lease]

    struct Lease: Equatable {
        let ticket: LeaseTicket
        let mark: CrashMark?
    }

    /// The markers in `folder` whose processes are gone, in order of their names.
    static func all(in folder: String) -> [MarkerRemains] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return names.filter { $0.hasSuffix(".marker") }.sorted()
            .compactMap { MarkerRemains(path: folder + "/" + $0) }
    }

    /// Reads a marker; nil where its process lives.
    ///
    /// One that cannot be understood held nothing.
    init?(path: String) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard descriptor >= 0 else { return nil }
        // Unlocked by word: a child that another thread is about to start may hold the file open.
        defer {
            flock(descriptor, LOCK_UN)
            close(descriptor)
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else { return nil }
        self.path = path
        leases = MarkerReader(FileManager.default.contents(atPath: path) ?? Data())?.leases ?? []
    }

    /// Forgets them.
    func remove() { unlink(path) }
}

/// Reads a marker's bytes, which may be anything.
struct MarkerReader {
    private let bytes: [UInt8]
    private let layout: MarkerLayout

    /// Refuses what is no marker, or not a whole one.
    init?(_ data: Data) {
        let bytes = [UInt8](data)
        guard bytes.starts(with: MarkerLayout.magic),
            let streams = bytes.number(at: MarkerLayout.streamCount),
            let photos = bytes.number(at: MarkerLayout.photoCount),
            let layout = MarkerLayout(streams: streams, photos: photos), bytes.count >= layout.size
        else { return nil }
        self.bytes = bytes
        self.layout = layout
    }

    /// The leases that were held, in order of their slots.
    var leases: [MarkerRemains.Lease] {
        let signal = bytes.number(at: MarkerLayout.signal).flatMap { $0 > 0 ? $0 : nil }
        let guilty = signal == nil ? nil : bytes.thread(at: MarkerLayout.thread)
        let hands = (0..<layout.streams).map { photos(inHandsOf: $0, onlyOf: guilty) }
        let isKnown = hands.contains { !$0.isEmpty }
        return (0..<MarkerLayout.leases).compactMap { slot in
            guard let ticket = ticket(slot) else { return nil }
            let rows = hands.joined().filter { $0.slot == slot }.map(\.row).sorted()
            // A thread that no stream runs on died: nobody's images are to blame.
            let mark = isKnown && !rows.isEmpty ? CrashMark(rows: rows, signal: signal) : nil
            return MarkerRemains.Lease(ticket: ticket, mark: mark)
        }
    }

    private func ticket(_ slot: Int) -> LeaseTicket? {
        let place = layout.lease(slot)
        guard let length = bytes.number(at: place), (1...MarkerLayout.ticketLimit).contains(length)
        else { return nil }
        return try? JSONDecoder().decode(
            LeaseTicket.self, from: Data(bytes[place + 4..<place + 4 + length]))
    }

    /// What a stream had in hand; nothing where another thread was at fault.
    private func photos(
        inHandsOf stream: Int, onlyOf guilty: UInt64?
    ) -> [(slot: Int, row: Int)] {
        guard let thread = bytes.thread(at: layout.stream(stream)),
            let count = bytes.number(at: layout.count(stream)),
            (0...layout.photos).contains(count), guilty == nil || guilty == thread
        else { return [] }
        return (0..<count).compactMap { index in
            let place = layout.photo(index, of: stream)
            guard let slot = bytes.number(at: place), let row = bytes.number(at: place + 4),
                row >= 0
            else { return nil }
            return (slot, row)
        }
    }
}

extension [UInt8] {
    /// The 32-bit number at `place`, in the machine's order; nil beyond the end.
    fileprivate func number(at place: Int) -> Int? {
        guard place >= 0, place + 4 <= count else { return nil }
        return withUnsafeBytes { Int($0.loadUnaligned(fromByteOffset: place, as: Int32.self)) }
    }

    /// The thread at `place`; nil beyond the end.
    fileprivate func thread(at place: Int) -> UInt64? {
        guard place >= 0, place + 8 <= count else { return nil }
        return withUnsafeBytes { $0.loadUnaligned(fromByteOffset: place, as: UInt64.self) }
    }
}

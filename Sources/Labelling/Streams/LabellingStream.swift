import Imaging
import PipelineCore

/// One core's share of the work: decodes photos and asks every member about them.
///
/// A stream belongs to one thread, and owns all that it computes with: decoder, preprocessor and
/// classifiers. Each photo is decoded once, whatever the number of members and input sizes, into
/// the next free slot of every classifier; the classifiers run when the slots are full, or when
/// nothing more is on its way. Photos of different shards may share a batch, since images do not
/// see each other there.
final class LabellingStream {
    private typealias Slot = (job: ShardJob, row: Int)

    private let queue: PhotoQueue
    private let loading: LoadingClock
    private let marker: CrashMarker?
    private let number: Int
    private var decoder: ImageDecoder
    private var preprocessor = Preprocessor()
    private var seats: Seats?
    private var slots: [Slot] = []

    private init(
        queue: PhotoQueue, loading: LoadingClock, marker: CrashMarker?, number: Int
    ) throws(ImageError) {
        self.queue = queue
        self.loading = loading
        self.marker = marker
        self.number = number
        decoder = try ImageDecoder()
    }

    /// Works on the calling thread until `queue` is closed and empty.
    ///
    /// What hinders the stream ends the shards whose photos it takes, as ``ShardJob/Fate/broken(_:)``.
    /// As stream `number` it notes in `marker` which photos are in its hands.
    static func run(
        on queue: PhotoQueue, loading: LoadingClock, marker: CrashMarker? = nil, as number: Int = 0
    ) {
        do {
            try LabellingStream(queue: queue, loading: loading, marker: marker, number: number)
                .run()
        } catch {
            while case .decode(let photo) = queue.next(holding: 0) {
                photo.job.settle(.broken(LabellingError.stream(detail: error.description)))
                queue.release(bytes: photo.room)
            }
        }
    }

    private func run() {
        while true {
            switch queue.next(holding: slots.count) {
            case .decode(let photo): take(photo)
            case .runBatch: runBatch()
            case .leave: return
            }
        }
    }

    private func take(_ photo: Photo) {
        let isPlaced = place(photo)
        queue.release(bytes: photo.room)
        if isPlaced, slots.count == photo.job.ensemble.batch { runBatch() }
    }

    /// Decodes a photo into the next free slots; false when it needs none.
    private func place(_ photo: Photo) -> Bool {
        let job = photo.job
        guard job.begin() else { return false }
        do {
            try seat(job.ensemble)
            marker?.take([(job, photo.row)].inHand, stream: number)
            defer { marker?.rest(stream: number) }
            let image = try decode(photo)
            seats?.fill(slots.count, with: image, &preprocessor) { member in
                job.needs(member, of: photo.row)
            }
            slots.append((job, photo.row))
            return true
        } catch let error as ImageError {
            let failure = ImageFailure(reason: error.reason, detail: error.description)
            attempt(job) { try job.fail(photo.row, failure) }
        } catch {
            job.settle(.broken(error))
        }
        return false
    }

    private func decode(_ photo: Photo) throws(ImageError) -> RGBImage {
        let definition = photo.job.run.definition
        let shortSide = photo.job.ensemble.members.map(\.preprocessing.resize).max()
        // The bytes stay put inside the closure; only the error's type does not survive it.
        let result = photo.bytes.withUnsafeBytes { bytes in
            Result { () throws(ImageError) in
                try decoder.decode(
                    bytes, orient: definition.orient, mode: definition.decode, shortSide: shortSide)
            }
        }
        return try result.get()
    }

    /// Makes the classifiers of `ensemble` when it is not the one of the photo before.
    private func seat(_ ensemble: any LoadedEnsemble) throws {
        if let seats, seats.ensemble === ensemble { return }
        runBatch()
        seats = nil  // frees the old classifiers before there are new ones
        seats = try loading.measure { try Seats(ensemble) }
    }

    /// Asks every member about the photos in the slots, and empties them.
    private func runBatch() {
        defer {
            slots.removeAll(keepingCapacity: true)
            seats?.clear()
        }
        guard seats != nil, slots.contains(where: { $0.job.isOpen }) else { return }
        marker?.take(slots.inHand, stream: number)
        defer { marker?.rest(stream: number) }
        do {
            try seats?.run { member, slot, logits in
                let (job, row) = slots[slot]
                try job.record(logits, member: member, row: row)
            }
            for slot in slots { try slot.job.finishRow(slot.row) }
        } catch {
            for slot in slots { slot.job.settle(.broken(error)) }
        }
    }

    private func attempt(_ job: ShardJob, _ change: () throws -> Void) {
        do { try change() } catch { job.settle(.broken(error)) }
    }
}

extension [(job: ShardJob, row: Int)] {
    /// What a crash marker is to say of them; nothing of a canary, which has never ended anybody.
    fileprivate var inHand: [(ticket: LeaseTicket, row: Int)] {
        compactMap { job, row in job.manifestRow(row).map { (job.lease.ticket, $0) } }
    }
}

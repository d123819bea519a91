import Foundation
import Glibc
import PipelineCore

/// Says at any moment which images are in a worker's hands, in a file that outlives the process.
///
/// The file is mapped into memory, so that noting a photo costs a few stores and no system call;
/// what was noted is there after `kill -9`, though not after the machine loses its power. While the
/// process lives it holds a lock on the file, by which those who come later know it for alive. The
/// file holds lease secrets, so only its owner may read it.
///
/// Each stream writes its own slot; leases are noted under a lock. Hence `@unchecked`.
final class CrashMarker: @unchecked Sendable {
    private let path: String
    private let descriptor: CInt
    private let layout: MarkerLayout
    private let page: UnsafeMutableRawPointer
    private let lock = NSLock()
    private var slots: [LeaseTicket?] = Array(repeating: nil, count: MarkerLayout.leases)

    /// Begins a marker in `folder`, which is made if need be; nil where that is not possible.
    ///
    /// A worker works without one, too: then its death is only noticed by its silence.
    init?(in folder: String, streams: Int, photos: Int) {
        guard let layout = MarkerLayout(streams: streams, photos: photos) else { return nil }
        try? FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700])
        path = folder + "/" + UUID().uuidString + ".marker"
        descriptor = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { return nil }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0,
            posix_fallocate(descriptor, 0, layout.size) == 0,
            let page = mmap(
                nil, layout.size, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0),
            page != MAP_FAILED
        else {
            unlink(path)
            close(descriptor)
            return nil
        }
        self.layout = layout
        self.page = page
        page.copyMemory(from: MarkerLayout.magic, byteCount: MarkerLayout.magic.count)
        store(streams, at: MarkerLayout.streamCount)
        store(photos, at: MarkerLayout.photoCount)
    }

    /// A worker that comes to its end leaves no marker.
    deinit {
        CrashSignals.forget(page)
        unlink(path)
        munmap(page, layout.size)
        close(descriptor)
    }

    /// Notes the thread that dies when the process gets a signal that ends it.
    func watchSignals() { CrashSignals.watch(page) }

    /// Notes that a lease is held; one more than there is room for is not.
    func hold(_ ticket: LeaseTicket) {
        guard let text = try? JSONEncoder().encode(ticket), text.count <= MarkerLayout.ticketLimit
        else { return }
        lock.withLock {
            guard let slot = slots.firstIndex(of: nil) else { return }
            slots[slot] = ticket
            let place = layout.lease(slot)
            text.withUnsafeBytes { bytes in
                guard let base = bytes.baseAddress else { return }
                page.advanced(by: place + 4).copyMemory(from: base, byteCount: bytes.count)
            }
            store(text.count, at: place)
        }
    }

    /// Notes that a lease is held no more.
    func drop(_ ticket: LeaseTicket) {
        lock.withLock {
            guard let slot = slots.firstIndex(of: ticket) else { return }
            slots[slot] = nil
            store(0, at: layout.lease(slot))
        }
    }

    /// Notes which photos the calling thread, which is that of `stream`, has in hand from now on:
    /// leases and rows of their run's manifest.
    func take(_ photos: some Collection<(ticket: LeaseTicket, row: Int)>, stream: Int) {
        store(0, at: layout.count(stream))
        page.storeBytes(
            of: UInt64(pthread_self()), toByteOffset: layout.stream(stream), as: UInt64.self)
        var count = 0
        for photo in photos.prefix(layout.photos) {
            guard let slot = lock.withLock({ slots.firstIndex(of: photo.ticket) }) else { continue }
            let place = layout.photo(count, of: stream)
            store(slot, at: place)
            store(photo.row, at: place + 4)
            count += 1
        }
        store(count, at: layout.count(stream))
    }

    /// Notes that `stream` has nothing in hand.
    func rest(stream: Int) { store(0, at: layout.count(stream)) }

    private func store(_ number: Int, at place: Int) {
        page.storeBytes(of: Int32(truncatingIfNeeded: number), toByteOffset: place, as: Int32.self)
    }
}

/// Catches the signals that end a process at fault, long enough to note which thread it was.
///
/// The process then ends as it would have ended, and at once: no crash reporter keeps a dead
/// worker's lease alive.
private enum CrashSignals {
    /// The marker of this process; handlers can reach nothing but globals.
    nonisolated(unsafe) private static var page: UnsafeMutableRawPointer?

    static func watch(_ marker: UnsafeMutableRawPointer) {
        page = marker
        for number in [SIGSEGV, SIGBUS, SIGILL, SIGABRT, SIGFPE, SIGTRAP] {
            signal(number) { number in
                if let page = CrashSignals.page {
                    page.storeBytes(
                        of: UInt64(pthread_self()), toByteOffset: MarkerLayout.thread,
                        as: UInt64.self)
                    page.storeBytes(of: number, toByteOffset: MarkerLayout.signal, as: Int32.self)
                }
                signal(number, SIG_DFL)
                raise(number)
            }
        }
    }

    static func forget(_ marker: UnsafeMutableRawPointer) {
        if page == marker { page = nil }
    }
}

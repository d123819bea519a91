import Foundation
import Glibc
import PipelineCore
import Storage
import TestSupport
import Testing

@testable import Labelling

@Suite("A crash marker")
struct CrashMarkerTests {
    let folder = TemporaryFolder()

    func ticket(_ shard: Int) throws -> LeaseTicket {
        LeaseTicket(
            run: try #require(RunID("r1")), shard: shard, epoch: 2, secret: "secret \(shard)")
    }

    /// Copies the only marker in the folder to `name`, as a dead process leaves one: without a lock.
    func leave(_ name: String) throws -> String {
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        let marker = try #require(names.first { $0.hasSuffix(".marker") })
        let path = folder.file(name)
        try FileManager.default.copyItem(atPath: folder.file(marker), toPath: path)
        return path
    }

    @Test("tells what was held, and what was in hand of it")
    func remains() throws {
        let marker = try #require(CrashMarker(in: folder.path, streams: 2, photos: 3))
        for shard in 0..<3 { marker.hold(try ticket(shard)) }
        marker.drop(try ticket(1))
        marker.take([(try ticket(0), 5), (try ticket(2), 40)], stream: 0)
        marker.take([(try ticket(0), 7)], stream: 1)
        let remains = try #require(MarkerRemains(path: try leave("dead")))

        #expect(
            remains.leases == [
                .init(ticket: try ticket(0), mark: CrashMark(rows: [5, 7], signal: nil)),
                .init(ticket: try ticket(2), mark: CrashMark(rows: [40], signal: nil)),
            ])
        marker.rest(stream: 0)
        marker.rest(stream: 1)
        let idle = try #require(MarkerRemains(path: try leave("idle")))
        #expect(idle.leases.map(\.mark) == [nil, nil], "nothing was in hand")
    }

    @Test("of a process that lives is left alone")
    func alive() throws {
        let marker = try #require(CrashMarker(in: folder.path, streams: 1, photos: 1))
        #expect(MarkerRemains.all(in: folder.path) == [])
        withExtendedLifetime(marker) {}
    }

    @Test("is gone when its worker ends")
    func end() throws {
        do { _ = try #require(CrashMarker(in: folder.path, streams: 1, photos: 1)) }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == [])
    }

    @Test("blames only the thread that died of a signal")
    func signal() throws {
        let marker = try #require(CrashMarker(in: folder.path, streams: 2, photos: 1))
        marker.hold(try ticket(0))
        marker.take([(try ticket(0), 5)], stream: 0)
        let path = try leave("dead")
        var bytes = try Data(contentsOf: URL(filePath: path))
        let thread = UInt64(pthread_self())
        withUnsafeBytes(of: thread) { bytes.replaceSubrange(8..<16, with: $0) }
        withUnsafeBytes(of: Int32(SIGSEGV)) { bytes.replaceSubrange(16..<20, with: $0) }
        try bytes.write(to: URL(filePath: path))
        #expect(
            MarkerRemains(path: path)?.leases.map(\.mark)
                == [CrashMark(rows: [5], signal: Int(SIGSEGV))])
        withUnsafeBytes(of: thread &+ 1) { bytes.replaceSubrange(8..<16, with: $0) }
        try bytes.write(to: URL(filePath: path))
        #expect(MarkerRemains(path: path)?.leases.map(\.mark) == [nil], "another thread died")
    }

    @Test("may hold any bytes without harm")
    func damage() throws {
        let marker = try #require(CrashMarker(in: folder.path, streams: 2, photos: 2))
        marker.hold(try ticket(0))
        marker.take([(try ticket(0), 1)], stream: 1)
        let path = try leave("dead")
        let whole = try Data(contentsOf: URL(filePath: path))
        var generator = SeededGenerator(seed: 3)
        for _ in 0..<500 {
            var bytes = whole
            for _ in 0..<4 {
                let place = [0..<64, 0..<whole.count].randomElement(using: &generator) ?? 0..<64
                bytes[Int.random(in: place, using: &generator)] = .random(
                    in: .min ... .max, using: &generator)
            }
            bytes.removeLast([0, 0, 9, bytes.count].randomElement(using: &generator) ?? 0)
            #expect((MarkerReader(bytes)?.leases.count ?? 0) <= MarkerLayout.leases)
        }
    }

    @Test("found by the next worker gets the guilty image quarantined, and the rest labelled")
    func report() async throws {
        try await Workshop.open { shop in
            let run = try await shop.submit(shop.writePictures(6), shardSize: 6)
            let states = shop.folder.file("state")
            for death in 1...2 {
                let lease = try #require(
                    try await shop.store.lease(
                        to: "dead", secret: "s", for: .seconds(60), at: shop.clock.now()))
                let marker = try #require(CrashMarker(in: states, streams: 1, photos: 1))
                marker.hold(lease.ticket)
                marker.take([(lease.ticket, 4)], stream: 0)
                let names = try FileManager.default.contentsOfDirectory(atPath: states)
                let path = states + "/" + (try #require(names.first))
                var bytes = try Data(contentsOf: URL(filePath: path))
                withUnsafeBytes(of: UInt64(pthread_self())) {
                    bytes.replaceSubrange(8..<16, with: $0)
                }
                withUnsafeBytes(of: Int32(SIGSEGV)) { bytes.replaceSubrange(16..<20, with: $0) }
                let left = states + "/left\(death).marker"
                try bytes.write(to: URL(filePath: left))
                let worker = try shop.worker(ColourEngine(), stateFolder: states)
                guard death == 2 else {
                    try await worker.reportDeaths()
                    continue
                }
                #expect(try await worker.work().images == 5)
                #expect(!FileManager.default.fileExists(atPath: left))
            }
            let found = try await shop.store.run(run.id)
            #expect(found.state == .done)
            #expect((found.counts.labelled, found.counts.quarantined) == (5, 1))
            #expect(try await shop.store.quarantine(of: run.id).map(\.row) == [4])
        }
    }
}

import Buckets
import Datasets
import Foundation
import Labelling
import PipelineCore
import Rehearsal
import TestSupport
import Transport

extension Scenario {
    /// Object stores that images are fetched from.
    static let stores = [
        Scenario(
            id: "F35",
            fault: "an object store is too busy, fails, breaks connections, loses a page of its "
                + "listing, takes the keys no longer; an object is replaced, another removed",
            expectation: "what may pass is asked again; without keys the run is held, and no "
                + "attempt is used up; the two objects are rows with a reason; the same bytes",
            promises: [6, 9], limit: 1200, play: faultStore)
    ]

    private static func faultStore(_ trial: Trial) async throws {
        guard RealStore.Kind.seaweedfs.program != nil else {
            throw Skipped("scripts/object-stores.sh has not fetched a store")
        }
        let pictures = try PictureSet(trial.pick(400, short: 24), seed: trial.seed)
        try await RealStore.with(.seaweedfs) { store in
            try await StockedStore(trial, store, pictures).play()
        }
    }
}

/// An object store with pictures, and a proxy before it that faults.
private struct StockedStore {
    let trial: Trial
    let store: RealStore
    let pictures: PictureSet
    let weather: StoreWeather
    let proxy: RequestProxy
    let place: BucketPrefix

    init(_ trial: Trial, _ store: RealStore, _ pictures: PictureSet) throws {
        (self.trial, self.store, self.pictures) = (trial, store, pictures)
        let weather = StoreWeather(seed: trial.seed)
        self.weather = weather
        proxy = try RequestProxy(to: store.port) { weather.fate(of: $0) }
        guard let endpoint = StorePlace(endpoint: proxy.url) else {
            throw Failed("no store can be at \(proxy.url)")
        }
        place = BucketPrefix(store: endpoint, bucket: "photos", prefix: Array("in/".utf8))
    }

    func play() async throws {
        for index in 0..<pictures.count { try await put(pictures.bytes(index), index) }
        let coordinator = try await RunningCoordinator.start(over: trial.folder.file("data"))
        let worker = try await StubWorker.start(
            "worker", for: coordinator, pause: 0, environment: RealStore.environment)

        weather.become(.rough)
        let rough = try await submit(to: coordinator, shardSize: 4)
        try await coordinator.finish(rough, in: trial)
        try await check(rough, of: coordinator)
        trial.count("requests that failed at first", weather.faults)

        // What the same objects give on a good day, under other weights: nothing is reused.
        weather.become(.fair)
        let fair = try await submit(to: coordinator, shardSize: 3)
        try await coordinator.finish(fair, in: trial)
        let bytes = try await coordinator.export(rough)
        try trial.expect(
            try await coordinator.export(fair) == bytes, "faults have changed the manifest")

        try await expire(coordinator)
        try await alter(coordinator)
        worker.send(SIGTERM)
        let outcome = try await worker.end()
        try trial.expect(outcome.status == 0, "the worker ends with \(outcome.status)")
        try await coordinator.stop()
    }

    /// The keys are taken no longer, in the middle of a run, and then they are again.
    private func expire(_ coordinator: RunningCoordinator) async throws {
        weather.become(.locked(after: pictures.count / 2))
        let run = try await submit(to: coordinator, shardSize: 2)
        try await trial.wait(for: "the run to be held", within: .seconds(120)) {
            try await coordinator.status(of: run).run.state == .paused
        }
        let held = try await coordinator.status(of: run).run
        try trial.expect(
            held.hold?.contains("403") == true, "it is held for \(held.hold ?? "no reason")")
        weather.become(.fair)
        _ = try await coordinator.client(.submitter).steer(run.id, .resume)
        try await coordinator.finish(run, in: trial)
        try await check(run, of: coordinator)
        let burnt = try StoreView(coordinator.data).number(
            "SELECT sum(attempts + lapses + crashes) FROM shard")
        try trial.expect(burnt == 0, "\(burnt) attempts were counted")
        trial.count("runs held")
        trial.count("attempts used up", burnt)
    }

    /// One object is another one, and one is gone, by the time that they are fetched.
    private func alter(_ coordinator: RunningCoordinator) async throws {
        let list = try await list()
        try await put(pictures.bytes(0) + [0], 1)
        let key = place.prefix + Array(PictureSet.name(2).utf8)
        try await client(at: store.store).remove("photos", key)
        let run = try await submit(list, to: coordinator, shardSize: 5)
        try await coordinator.finish(run, in: trial)
        try await check(run, of: coordinator, failed: [1: "changed", 2: "missing"])
        trial.count("objects replaced or removed", 2)
    }

    /// Every picture has a row, with its label or its reason.
    private func check(
        _ run: Run, of coordinator: RunningCoordinator, failed: [Int: String] = [:]
    ) async throws {
        let rows = try Verdict.read(try await coordinator.export(run))
        try trial.expect(rows.count == pictures.count, "\(rows.count) of \(pictures.count) rows")
        let labels = try pictures.labels()
        for (index, row) in rows.enumerated() {
            let name = PictureSet.name(index)
            try trial.expect(row.file == "s3://photos/in/\(name)", "row \(index) is '\(row.file)'")
            if let reason = failed[index] {
                try trial.expect(
                    row.status == "failed" && row.failure?.reason.contains(reason) == true,
                    "\(name), \(reason), is \(row.status): \(row.failure?.reason ?? "")")
            } else {
                try trial.expect(
                    row.status == "labelled" && row.index == labels[name],
                    "\(name) is \(row.status), \(row.failure?.reason ?? "wrongly labelled")")
            }
        }
        trial.count("images compared", rows.count)
    }

    private func put(_ bytes: [UInt8], _ index: Int) async throws {
        let key = place.prefix + Array(PictureSet.name(index).utf8)
        let answer = try await store.put("photos", key, bytes)
        try trial.expect(answer.isSuccess, "the store takes no object: \(answer.status)")
    }

    private func client(at store: StorePlace) -> ObjectStoreClient {
        ObjectStoreClient(
            store, keys: RealStore.keys, http: HTTPClient(), retry: .patient, pageSize: 10)
    }

    /// The manifest of the bucket as it is now, in a file of its own.
    private func list() async throws -> (file: String, sha256: SHA256Digest) {
        let file = trial.folder.file("list-\(UUID())")
        let source = BucketFolder(place, client: client(at: place.store))
        // A listing waits for its store.
        let written = try await onThread { try source.writeManifest(to: file) }
        try trial.expect(
            written.folder.images == pictures.count,
            "\(written.folder.images) of \(pictures.count) objects are listed")
        return (file, written.manifest.sha256)
    }

    private func submit(
        _ list: (file: String, sha256: SHA256Digest)? = nil, to coordinator: RunningCoordinator,
        shardSize: Int
    ) async throws -> Run {
        let listed: (file: String, sha256: SHA256Digest)
        if let list { listed = list } else { listed = try await self.list() }
        let submitter = try coordinator.client(.submitter)
        let run = try await submitter.submit(
            RunSubmission(
                definition: StubNetwork.definition(shardSize: shardSize),
                dataset: RelativePath(text: place.text), manifest: listed.sha256, ledger: false))
        guard run.state == .open else { return run }
        return try await submitter.sendManifest(of: run.id, from: listed.file)
    }
}

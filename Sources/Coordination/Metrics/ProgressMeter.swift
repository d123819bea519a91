import PipelineCore

/// How many images a second each run finishes, over the last minute.
///
/// Heartbeats tell of images within a shard, completions of the rest; an image counts when it is
/// first told of. A shard that is done over counts again: it was work again.
actor ProgressMeter {
    private struct Track {
        var start: Tick
        var last: Tick
        /// Images of each second of the last minute, the earliest first.
        var seconds: [(at: Int64, images: Int)] = []
        /// How far the present lease of a shard is.
        var leases: [Int: (epoch: Int, images: Int)] = [:]
    }

    private var tracks: [RunID: Track] = [:]

    private static let window = Duration.seconds(60)

    /// Notes that a shard is being worked on from now.
    func leased(_ ticket: LeaseTicket, at now: Tick) {
        if tracks[ticket.run] == nil { tracks = tracks.filter { !isIdle($0.value, at: now) } }
        var track = tracks[ticket.run] ?? Track(start: now, last: now)
        // After a pause the rate is that of the work since, not of the pause.
        if isIdle(track, at: now) { track = Track(start: now, last: now) }
        track.leases[ticket.shard] = (ticket.epoch, 0)
        track.last = now
        tracks[ticket.run] = track
    }

    /// Notes how many images of a shard are finished.
    func reached(_ images: Int, of ticket: LeaseTicket, at now: Tick) {
        var track = tracks[ticket.run] ?? Track(start: now, last: now)
        let known = track.leases[ticket.shard]
        let before = known?.epoch == ticket.epoch ? known?.images ?? 0 : nil
        track.leases[ticket.shard] = (ticket.epoch, images)
        track.last = now
        // A lease from before a restart began at an unknown time: its first word is no speed.
        if let before { add(max(0, images - before), to: &track, at: now) }
        tracks[ticket.run] = track
    }

    /// Notes that all images of a shard are finished.
    func finished(_ images: Int, of ticket: LeaseTicket, at now: Tick) {
        reached(images, of: ticket, at: now)
        tracks[ticket.run]?.leases[ticket.shard] = nil
    }

    /// Images a second over the last minute, or since work began; nil before the first measure.
    func rate(of run: RunID, at now: Tick) -> Double? {
        guard let track = tracks[run], !track.seconds.isEmpty else { return nil }
        let images = track.seconds.filter { $0.at > second(earliest(at: now)) }
            .reduce(0) { $0 + $1.images }
        return Double(images) / max(1, now.seconds(since: max(track.start, earliest(at: now))))
    }

    private func add(_ images: Int, to track: inout Track, at now: Tick) {
        track.seconds.removeAll { $0.at <= second(earliest(at: now)) }
        if track.seconds.last?.at == second(now) {
            track.seconds[track.seconds.count - 1].images += images
        } else {
            track.seconds.append((second(now), images))
        }
    }

    private func isIdle(_ track: Track, at now: Tick) -> Bool { track.last < earliest(at: now) }

    private func earliest(at now: Tick) -> Tick { now + (.zero - Self.window) }

    private func second(_ tick: Tick) -> Int64 { tick.nanoseconds / 1_000_000_000 }
}

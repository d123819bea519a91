import Foundation

/// How a worker works.
package struct WorkerOptions: Sendable {
    /// What it calls itself; unique among the workers of a coordinator.
    package var name: String
    /// The program's version, for display.
    package var version: String
    /// How many streams compute at a time.
    package var streams: Int
    /// How many images a stream classifies at once.
    package var batch: Int
    /// Whether to leave when no work waits, instead of asking again.
    package var once: Bool
    /// How long a begun shard may take to its end when the worker is told to leave.
    package var grace: Duration
    /// How long each of two attempts to hand a shard back may take, and the answer to a lease that
    /// was asked for before the worker was told to leave.
    package var farewell: Duration
    /// How long to wait, on average, before asking again when no work waits.
    package var poll: Duration
    /// How many bytes of image files may wait in memory to be decoded.
    package var readAheadBytes: Int
    /// The folder for its crash marker; nil leaves none, and a death is only noticed by silence.
    package var stateFolder: String?

    /// A worker named after host and process, with a stream on every core it may use.
    package init(
        name: String = Self.uniqueName(), version: String,
        streams: Int = Processors.available, batch: Int = 8, once: Bool = false,
        grace: Duration = .seconds(20), farewell: Duration = .seconds(5),
        poll: Duration = .seconds(1), readAheadBytes: Int = 64 << 20, stateFolder: String? = nil
    ) {
        self.name = name
        self.version = version
        self.streams = max(1, streams)
        self.batch = max(1, batch)
        self.once = once
        self.grace = grace
        self.farewell = farewell
        self.poll = poll
        self.readAheadBytes = readAheadBytes
        self.stateFolder = stateFolder
    }

    /// The host's name, the process's id and four random digits.
    package static func uniqueName() -> String {
        let suffix = String(UInt16.random(in: .min ... .max), radix: 16)
        let process = ProcessInfo.processInfo
        let host = process.hostName.filter { $0.isASCII && !$0.isWhitespace }.prefix(120)
        return "\(host)-\(process.processIdentifier)-\(suffix)"
    }

    /// Photos that may be read ahead of the streams: four batches each, and enough of them to hide
    /// the way to a coordinator.
    var readAheadPhotos: Int { streams * max(batch * 4, 32) }
    /// The next shard is leased once fewer photos than these are unfinished.
    var lowWater: Int { streams * max(batch * 3, 24) }
}

package import Foundation

/// How fast a network ran.
package struct SpeedRecord: Sendable, Codable, Equatable {
    /// The architecture's name and the side of its input, such as `resnet50@224`.
    package var network: String
    /// The processor, as ``HostProcessor/name`` has it.
    package var processor: String
    /// The arithmetic: `f32`, `bf16` or `int8`.
    package var precision: String
    /// How many streams ran at a time.
    package var streams: Int
    /// Images a second of all streams together.
    package var imagesPerSecond: Double
    /// When it was measured.
    package var date: Date

    /// Names every field.
    package init(
        network: String, processor: String, precision: String, streams: Int,
        imagesPerSecond: Double, date: Date
    ) {
        self.network = network
        self.processor = processor
        self.precision = precision
        self.streams = streams
        self.imagesPerSecond = imagesPerSecond
        self.date = date
    }

    /// Whether `other` measured the same thing, so that the later one counts.
    fileprivate func isOfTheSame(as other: SpeedRecord) -> Bool {
        (network, processor, precision, streams)
            == (other.network, other.processor, other.precision, other.streams)
    }
}

/// A file of measurements: the latest of each network, processor, arithmetic and number of streams.
package struct MeasurementFile: Sendable {
    /// Where it lies.
    package let path: String

    /// The file at `path`, which need not be there yet.
    package init(path: String) { self.path = path }

    /// What was measured; nothing where there is no file.
    ///
    /// Throws ``MeasurementError``.
    package func all() throws(MeasurementError) -> [SpeedRecord] {
        guard FileManager.default.fileExists(atPath: path) else { return [] }
        do {
            let decoder = JSONDecoder()
            decoder.dateDecodingStrategy = .iso8601
            return try decoder.decode(
                [SpeedRecord].self, from: Data(contentsOf: URL(filePath: path)))
        } catch let error as DecodingError {
            throw .unreadable(path, "it holds no measurements (\(error))")
        } catch {
            throw .unreadable(path, error.localizedDescription)
        }
    }

    /// Keeps `measurement`, in the place of an earlier one of the same.
    ///
    /// The file is replaced whole or not at all, however many processes measure. Throws
    /// ``MeasurementError``.
    package func keep(_ measurement: SpeedRecord) throws(MeasurementError) {
        do {
            let folder = URL(filePath: path).deletingLastPathComponent()
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        } catch {
            throw .unwritable(path, error.localizedDescription)
        }
        let lock = open(path + ".lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        guard lock >= 0, flock(lock, LOCK_EX) == 0 else {
            throw .unwritable(path + ".lock", String(cString: strerror(errno)))
        }
        defer { close(lock) }
        var measurements = try all()
        measurements.removeAll { $0.isOfTheSame(as: measurement) }
        measurements.append(measurement)
        do {
            let encoder = JSONEncoder()
            encoder.dateEncodingStrategy = .iso8601
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
            try encoder.encode(measurements).write(to: URL(filePath: path), options: .atomic)
        } catch {
            throw .unwritable(path, error.localizedDescription)
        }
    }

    /// The most images a second that `network` was measured at on `processor` in `precision`.
    ///
    /// However many streams that took; nil where nobody measured it.
    package static func rate(
        of network: String, on processor: String, in precision: String, among all: [SpeedRecord]
    ) -> Double? {
        all.lazy.filter {
            ($0.network, $0.processor, $0.precision) == (network, processor, precision)
        }.map(\.imagesPerSecond).max()
    }
}

/// Why measurements cannot be kept or read; in the system's own words.
package enum MeasurementError: Error, Sendable, Equatable {
    /// The file cannot be read.
    case unreadable(String, String)
    /// The file cannot be written.
    case unwritable(String, String)
}

extension MeasurementError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .unreadable(let path, let words):
            "the measurements in '\(path)' cannot be read: \(words); remove the file and measure "
                + "again with 'pipeline bench'"
        case .unwritable(let path, let words):
            "'\(path)' cannot be written: \(words); PIPELINE_CACHE may name another folder"
        }
    }
}

import Benchmarking
import Models
import PipelineCore
import Weights

/// How fast networks were measured to run on one processor.
struct MeasuredSpeeds {
    private let measurements: [SpeedRecord]
    /// The processor that they hold for.
    let processor: String

    /// What `pipeline bench` measured on this machine; throws `MeasurementError`.
    init(in cache: WeightCache) throws {
        measurements = try cache.measurements.all()
        processor = HostProcessor.name
    }

    /// What `file` holds of the processor that it tells of first; throws `MeasurementError`.
    init(file: MeasurementFile) throws {
        measurements = try file.all()
        processor = measurements.first?.processor ?? HostProcessor.name
    }

    /// Images a second of `entry`'s network by its arithmetic, where that was measured.
    func rates(of entry: ModelEntry) -> [String: Double] {
        let pairs = ["f32", "bf16", "int8"].compactMap { precision in
            MeasurementFile.rate(
                of: entry.networkName, on: processor, in: precision, among: measurements
            ).map { (precision, $0) }
        }
        return Dictionary(uniqueKeysWithValues: pairs)
    }
}

extension WeightCache {
    /// Where measurements of this machine are kept.
    var measurements: MeasurementFile { MeasurementFile(path: directory + "/measured.json") }
}

extension ModelEntry {
    /// What is measured: all weights of one architecture and input take the same time.
    var networkName: String {
        guard let architecture = architectures.first else { return name }
        return "\(architecture.name)@\(preprocessing.crop)"
    }
}

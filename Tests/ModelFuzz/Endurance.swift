import Checkpoints
import Foundation
import Glibc
import Inference
import Interchange
import Networks

/// The child: damages a file seed by seed and reads what comes of it as the program would.
///
/// Prints a line `SEED` before and `SEED OUTCOME MILLISECONDS KIBIBYTES` after each.
struct Endurance {
    private let seeds: ClosedRange<UInt64>
    private let bytes: [UInt8]
    private let format: Format

    /// What kind of file it is, by the end of its name.
    enum Format {
        case onnx, safetensors, pickle

        init(of file: String) {
            self =
                switch URL(filePath: file).pathExtension {
                case "onnx": .onnx
                case "safetensors": .safetensors
                default: .pickle
                }
        }
    }

    init(_ words: [String]) throws {
        guard words.count == 2, let range = ModelFuzz.seeds(words[0]) else {
            throw Misuse("endure takes FROM..TO and FILE")
        }
        seeds = range
        bytes = [UInt8](try Data(contentsOf: URL(filePath: words[1])))
        format = Format(of: words[1])
    }

    func run() throws {
        let path = FileManager.default.temporaryDirectory
            .appending(path: "fuzz-\(getpid())").path
        defer { unlink(path) }
        for seed in seeds {
            try Data(Damage(seed: seed).applied(to: bytes, format)).write(to: URL(filePath: path))
            tell("\(seed)")
            forgetPeak()
            let start = processorMilliseconds
            let outcome = format == .onnx ? importing(path) : opening(path)
            tell("\(seed) \(outcome) \(processorMilliseconds - start) \(peak)")
        }
    }

    /// Reads a parameter file, and fits it to names that it has under a wrapper.
    private func opening(_ path: String) -> String {
        do {
            let checkpoint = try Checkpoint(path: path)
            touch(checkpoint)
            let wanted = Set(checkpoint.names.map { String($0.split(separator: ".").last ?? "") })
            let unwrapped = try checkpoint.unwrapped(for: wanted)
            _ = unwrapped.misfits(wanted.map { ($0, [1]) }, ignoring: { _ in false }).description
            return "read"
        } catch {
            return error.description.isEmpty ? "silent" : "refused"
        }
    }

    /// Imports a model; what is small enough is planned and run, too.
    private func importing(_ path: String) -> String {
        do {
            let imported = try ONNXImporter(try ONNXFile(path: path)).network()
            touch(imported.checkpoint)
            let network = imported.network
            let isSmall =
                network.parameterCount < 1 << 20 && network.multiplyAdds < 1 << 28
                && network.nodes.allSatisfy { $0.shape.count < 1 << 18 }
            guard isSmall, network.nodes.count < 1000 else { return "read" }
            let compiled = try CompiledNetwork(network, imported.checkpoint, batch: 1)
            let session = try InferenceSession(compiled, in: Workspace(for: [compiled]))
            for index in 0..<network.input.count { session.input[index] = Float(index % 7) - 3 }
            _ = session.run(count: 1)
            return "read"
        } catch {
            return "\(error)".isEmpty ? "silent" : "refused"
        }
    }

    private func touch(_ checkpoint: Checkpoint) {
        for name in checkpoint.names {
            guard let tensor = checkpoint.tensors[name], tensor.count <= 1 << 20 else { continue }
            // Damage may turn a tensor into one of numbers that are none.
            _ = try? tensor.floats()
            _ = try? tensor.integers()
        }
    }

    /// Writes a line at once: what is still in a buffer when the child crashes is lost.
    private func tell(_ line: String) {
        FileHandle.standardOutput.write(Data((line + "\n").utf8))
    }

    private var processorMilliseconds: Int {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return time.tv_sec * 1000 + time.tv_nsec / 1_000_000
    }

    /// The most memory that the process has had since ``forgetPeak()``, in KiB.
    private var peak: Int {
        let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
        let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
        return line?.split(whereSeparator: { !$0.isNumber }).first.flatMap { Int($0) } ?? 0
    }

    private func forgetPeak() {
        let file = open("/proc/self/clear_refs", O_WRONLY)
        _ = write(file, "5", 1)
        close(file)
    }
}

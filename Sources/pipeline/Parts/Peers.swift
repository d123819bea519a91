import ArgumentParser
import Foundation
import Glibc
import PipelineCore

/// Other engines, measured in turn with ours by a checkout's `Benchmarks/run-engines.sh`.
struct Peers {
    private static let script = "Benchmarks/run-engines.sh"
    private let names: [String]

    /// The engines in a list with commas; throws `ValidationError` for one that is not known.
    init(named list: String) throws {
        names = list.split(separator: ",").map(String.init)
        let known = ["onnxruntime", "openvino"]
        guard let stranger = names.first(where: { !known.contains($0) }) else { return }
        throw ValidationError(
            "There is no engine '\(stranger)' to compare with; there are \(known.joined(separator: ", "))."
        )
    }

    /// Becomes the script, which measures `cases`; returns only by throwing.
    func compare(
        _ cases: [String], _ precisions: [Precision], _ rounds: Int, _ seconds: Double
    ) throws {
        guard !cases.isEmpty else {
            throw ValidationError(
                "--vs measures folders that hold model.onnx too: name them with --cases.")
        }
        guard FileManager.default.isExecutableFile(atPath: Self.script) else {
            throw Failure(
                .noInput, "there is no \(Self.script) here",
                hint: "run the command in a checkout of the project, which has the script")
        }
        setenv("PIPELINE", Bundle.main.executablePath ?? "pipeline", 1)
        let words =
            [Self.script] + cases + ["--peers"] + names + ["--precisions"]
            + precisions.map(\.rawValue) + ["--rounds", "\(rounds)", "--seconds", "\(seconds)"]
        var arguments = words.map { strdup($0) } + [nil]
        defer { for argument in arguments { free(argument) } }
        execv(Self.script, &arguments)
        throw Failure(
            .inputOutput, "\(Self.script) does not start: \(String(cString: strerror(errno)))")
    }
}

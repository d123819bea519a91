import Checkpoints
import Foundation
import Models
import Networks

/// A network, its weights, images, and the logits that the network's own library computes of them.
///
/// A case is a folder: `case.json` says whose network it is, `model.safetensors` and `model.pth`
/// hold the weights, `case.safetensors` holds `x`, `[n, 3, size, size]`, and `logits`,
/// `[n, classes]`.
struct ParityCase: Sendable {
    /// The folder.
    let folder: URL

    /// `case.json`.
    struct Description: Decodable {
        let source: String
        let name: String
        let size: Int
        let classes: Int
        /// Of the library's whole model, auxiliary heads included.
        let parameters: Int
    }

    /// The cases in the folder that `PARITY_CASES` names, by name; none where it names none.
    static let all: [ParityCase] = {
        guard let root else { return [] }
        let names = (try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []
        return names.sorted().map { ParityCase(folder: URL(filePath: root).appending(path: $0)) }
            .filter { FileManager.default.fileExists(atPath: $0.file("case.json")) }
    }()

    /// What `PARITY_CASES` says; nil where it says nothing.
    static var root: String? {
        ProcessInfo.processInfo.environment["PARITY_CASES"].flatMap { $0.isEmpty ? nil : $0 }
    }

    /// Whether a folder of cases is named, for `.enabled(if:)`; prints why the suite is skipped.
    static func areNamed() -> Bool {
        if root != nil { return true }
        print("skipped: PARITY_CASES names no folder of parity cases; 'make parity CASES=DIR' does")
        return false
    }

    func file(_ name: String) -> String { folder.appending(path: name).path }

    func description() throws -> Description {
        try JSONDecoder().decode(
            Description.self, from: Data(contentsOf: folder.appending(path: "case.json")))
    }

    /// The weights in every format that the folder has.
    var weights: [String] {
        ["model.safetensors", "model.pth", "legacy.pth"].map(file)
            .filter { FileManager.default.fileExists(atPath: $0) }
    }

    /// The images and the library's logits, an array an image.
    func examples() throws -> [(image: [Float], logits: [Float])] {
        let recorded = try Checkpoint(path: file("case.safetensors"))
        guard let x = recorded.tensors["x"], let logits = recorded.tensors["logits"],
            let count = x.shape.first, count > 0
        else { return [] }
        let (images, answers) = (try x.floats(), try logits.floats())
        return (0..<count).map { index in
            (image: part(index, of: images, count), logits: part(index, of: answers, count))
        }
    }

    private func part(_ index: Int, of numbers: [Float], _ count: Int) -> [Float] {
        let size = numbers.count / count
        return Array(numbers[index * size..<(index + 1) * size])
    }
}

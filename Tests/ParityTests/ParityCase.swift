import Checkpoints
import Foundation
import Models
import Networks
import Testing

/// A network, its weights, images, and the logits that the network's own library computes of them.
///
/// A case is a folder: `case.json` says whose network it is, `model.safetensors`, `model.pth` and
/// `legacy.pth` hold the weights, `model.onnx` the exported network, `case.safetensors` holds `x`,
/// `[n, 3, size, size]`, and `logits`, `[n, classes]`. A folder may lack some of the models.
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

    /// The folders in the folder that `PARITY_CASES` names, by name; none where it names none.
    static let folders: [ParityCase] = {
        guard let root else { return [] }
        let names = (try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []
        return names.filter { !$0.hasPrefix(".") }.sorted()
            .map { ParityCase(folder: URL(filePath: root).appending(path: $0)) }
            .filter {
                (try? $0.folder.resourceValues(forKeys: [.isDirectoryKey]))?.isDirectory == true
            }
    }()

    /// The cases that have weights.
    static let weighed = folders.filter { !$0.weights.isEmpty }

    /// The cases that have an exported network.
    static let exported = folders.filter { $0.has("model.onnx") }

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

    func has(_ name: String) -> Bool { FileManager.default.fileExists(atPath: file(name)) }

    func description() throws -> Description {
        try #require(has("case.json"), "\(folder.path) has no case.json to say whose network it is")
        return try JSONDecoder().decode(
            Description.self, from: Data(contentsOf: folder.appending(path: "case.json")))
    }

    /// The weights in every format that the folder has.
    var weights: [String] {
        ["model.safetensors", "model.pth", "legacy.pth"].filter(has).map(file)
    }

    /// The images and the library's logits, an array an image.
    func examples() throws -> [(image: [Float], logits: [Float])] {
        let path = file("case.safetensors")
        try #require(has("case.safetensors"), "\(path), the images and logits, is missing")
        let recorded = try Checkpoint(path: path)
        let x = try #require(recorded.tensors["x"], "\(path) has no images 'x'")
        let logits = try #require(recorded.tensors["logits"], "\(path) has no 'logits'")
        let count = try #require(x.shape.first, "'x' in \(path) is no batch")
        try #require(count > 0 && logits.shape.first == count, "\(path): not one answer an image")
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

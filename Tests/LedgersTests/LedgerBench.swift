import Foundation
import Ledgers
import PipelineCore
import Results
import Storage
import Synchronization
import TestSupport

/// A ledger beside an object store, in a folder of its own.
final class LedgerBench: Sendable {
    let folder = TemporaryFolder()
    let objects: FileObjectStore
    /// Seconds since 1970, which stand still until they are told otherwise.
    let date = Mutex(1_800_000_000)

    init() throws { objects = try FileObjectStore(folder: folder.file("objects")) }

    /// Opens the ledger of the folder.
    func ledger() throws -> SQLiteLedger {
        try SQLiteLedger(path: folder.file("ledger.sqlite"), objects: objects) { [self] in
            date.withLock { $0 }
        }
    }

    /// Stores a result of `images`, whose logits follow from their numbers; those in `failing` fail.
    func result(
        of images: [Int], under definition: PipelineDefinition = .two, run name: String = "r1",
        shard: Int = 0, epoch: Int = 1, failing: Set<Int> = [], hasProcedures: Bool = true
    ) throws -> CountedResult {
        var run = Run.sample(name)
        run.definition = definition
        let range = ShardRange(
            index: shard, firstRow: shard * 100, count: images.count, offset: 0, length: 1)
        let members = definition.members.map { member in
            ResultMember(
                name: member.name, weights: member.weights ?? SHA256Digest(of: [UInt8]()),
                classes: 3, procedure: hasProcedures ? .sample : nil)
        }
        var outcome = ShardOutcome(run: run.id, range: range, members: members)
        for (row, image) in images.enumerated() {
            if failing.contains(image) {
                try outcome.fail(row, ImageFailure(reason: "truncated", detail: "it is cut"))
                continue
            }
            for member in members.indices {
                try outcome.record(logits(image, member).span, member: member, row: row)
            }
        }
        let bytes = try outcome.encode()
        let result = CountedResult(
            run: run, range: range, epoch: epoch, sha256: SHA256Digest(of: bytes),
            images: images.map { digest($0) })
        let path = path(of: result)
        try FileManager.default.createDirectory(
            atPath: URL(filePath: path).deletingLastPathComponent().path,
            withIntermediateDirectories: true)
        try bytes.write(to: URL(filePath: path))
        return result
    }

    /// Where the file of a result lies.
    func path(of result: CountedResult) -> String { objects.folder + "/" + result.key.path }
}

/// What member `member` says of image `image`: numbers that decimals would spoil.
func logits(_ image: Int, _ member: Int) -> [Float] {
    [Float(image) / 3, -Float(member) * 1e-7, Float(image + member) / 7]
}

/// The same as the bytes of a result file.
func bytes(_ image: Int, _ member: Int) -> [UInt8] {
    logits(image, member).withUnsafeBytes { Array($0) }
}

/// The SHA-256 of image `image`.
func digest(_ image: Int) -> SHA256Digest { SHA256Digest(of: Array("image \(image)".utf8)) }

extension Procedure {
    static let sample = Procedure(
        preprocessing: Preprocessing(
            resize: 256, crop: 224, interpolation: .bicubic, mean: [1, 2, 3], std: [4, 5, 6]),
        program: "1.0 f32-avx2")
}

extension PipelineDefinition {
    /// Members of the weights 0 and 1.
    static let two = PipelineDefinition(
        name: "two",
        members: (0..<2).map { index in
            Member(
                name: "m\(index)", model: "x", weights: SHA256Digest(of: [UInt8(index)]),
                precision: .f32)
        })

    /// The recipes by the sample's procedure.
    var sampleRecipes: [SHA256Digest] {
        get throws { try recipes(by: members.map { _ in .sample }) ?? [] }
    }
}

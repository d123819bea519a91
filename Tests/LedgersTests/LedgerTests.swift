import Foundation
import PipelineCore
import Synchronization
import TestSupport
import Testing

@testable import Ledgers

@Suite("A prediction ledger")
struct LedgerTests {
    let bench: LedgerBench

    init() throws { bench = try LedgerBench() }

    private func find(
        _ images: [Int], in ledger: SQLiteLedger, _ definition: PipelineDefinition = .two,
        limit: Int = 1 << 20
    ) async throws -> [Knowledge] {
        try await ledger.find(
            images.map { digest($0) }, by: try definition.sampleRecipes, limit: limit)
    }

    @Test("gives the very bytes of the results, also after it was opened again")
    func exact() async throws {
        let first = try bench.ledger()
        #expect(try await first.record(try bench.result(of: [1, 2, 3])) == 3)
        #expect(try await first.record(try bench.result(of: [4], shard: 1)) == 1)
        try first.close()
        let found = try await find([4, 2, 9], in: try bench.ledger())
        #expect(
            found == [
                .logits([bytes(4, 0), bytes(4, 1)]), .logits([bytes(2, 0), bytes(2, 1)]),
                .logits([nil, nil]),
            ])
    }

    @Test("enters no image that failed, and none that was not read")
    func failures() async throws {
        let ledger = try bench.ledger()
        var result = try bench.result(of: [1, 2, 3], failing: [2])
        result.images[2] = nil
        #expect(try await ledger.record(result) == 1)
        #expect(
            try await find([1, 2, 3], in: ledger)
                == [
                    .logits([bytes(1, 0), bytes(1, 1)]), .logits([nil, nil]), .logits([nil, nil]),
                ])
    }

    @Test("enters nothing of a result that does not say how it was computed")
    func unknownProcedure() async throws {
        let ledger = try bench.ledger()
        #expect(
            try await ledger.record(try bench.result(of: [1], hasProcedures: false)) == 0)
        #expect(try await ledger.statistics().images == 0)
    }

    @Test("forgets a result that was taken back, and no other")
    func takenBack() async throws {
        let ledger = try bench.ledger()
        let (wrong, right) = (try bench.result(of: [1, 2]), try bench.result(of: [3], shard: 1))
        for result in [wrong, right] { _ = try await ledger.record(result) }
        #expect(try await ledger.forget([wrong.key, wrong.key]) == 2)
        #expect(try await ledger.forget([wrong.key, .manifest(wrong.run.id)]) == 0)
        #expect(
            try await find([1, 3], in: ledger)
                == [.logits([nil, nil]), .logits([bytes(3, 0), bytes(3, 1)])])
        #expect(try await ledger.results(of: wrong.run.id) == [right.key])
    }

    @Test("refuses a result that is not what its run and shard say")
    func foreign() async throws {
        let ledger = try bench.ledger()
        var result = try bench.result(of: [1])
        result.run.definition.members[0].weights = digest(7)
        await #expect(throws: (any Error).self) { try await ledger.record(result) }
        #expect(try await ledger.statistics().images == 0)
    }

    @Test("knows the members that another ensemble shares, and only those")
    func sharedMember() async throws {
        let ledger = try bench.ledger()
        _ = try await ledger.record(try bench.result(of: [1]))
        var other = PipelineDefinition.two
        other.members.swapAt(0, 1)
        other.members.append(
            Member(name: "m2", model: "x", weights: digest(2), precision: .f32))
        #expect(
            try await find([1], in: ledger, other) == [.logits([bytes(1, 1), bytes(1, 0), nil])])
    }

    @Test("has other recipes for", arguments: Variation.all)
    func recipes(_ variation: Variation) async throws {
        let ledger = try bench.ledger()
        _ = try await ledger.record(try bench.result(of: [1]))
        var (definition, procedure) = (PipelineDefinition.two, Procedure.sample)
        variation.change(&definition, &procedure)
        let recipes = try #require(try definition.recipes(by: [procedure, procedure]))
        let found = try await ledger.find([digest(1)], by: recipes, limit: 1 << 20)
        guard case .logits(let logits) = try #require(found.first) else {
            Issue.record("it was to be asked again")
            return
        }
        #expect((logits[0] == nil) == variation.isOther)
    }

    @Test("does without a result whose file is gone or was changed", arguments: [true, false])
    func damage(isGone: Bool) async throws {
        let ledger = try bench.ledger()
        let result = try bench.result(of: [1, 2])
        _ = try await ledger.record(result)
        let file = URL(filePath: bench.path(of: result))
        if isGone {
            try FileManager.default.removeItem(at: file)
        } else {
            var content = try Data(contentsOf: file)
            let place = try #require(content.range(of: Data(bytes(1, 1))))
            content[place.lowerBound + 2] ^= 1
            try content.write(to: file)
        }
        let found = try await find([1], in: ledger)
        #expect(found == [.logits(isGone ? [nil, nil] : [bytes(1, 0), nil])])
        #expect(try await ledger.prune(unusedSince: 1) == 2)
        #expect(try await ledger.statistics().images == 0)

        let again = try bench.result(of: [1, 2], epoch: 2)
        #expect(try await ledger.record(again) == 2)
        #expect(try await find([1], in: ledger) == [.logits([bytes(1, 0), bytes(1, 1)])])
    }

    @Test("points into the latest result, and lets go of those that nothing points into")
    func latest() async throws {
        let ledger = try bench.ledger()
        let old = try bench.result(of: [1, 2])
        let new = try bench.result(of: [2], run: "r2")
        _ = try await ledger.record(old)
        _ = try await ledger.record(new)
        #expect(try await ledger.results(of: old.run.id) == [old.key])
        #expect(try await ledger.results(of: new.run.id) == [new.key])
        _ = try await ledger.record(try bench.result(of: [1], run: "r2", shard: 1))
        #expect(try await ledger.results(of: old.run.id) == [])
        #expect(try await ledger.statistics().images == 2)
    }

    @Test("tells what does not fit into an answer, and gives it to whoever asks again")
    func limit() async throws {
        let ledger = try bench.ledger()
        _ = try await ledger.record(try bench.result(of: [1, 2, 3]))
        let found = try await find([1, 2, 3, 9], in: ledger, limit: 25)
        #expect(
            found == [
                .logits([bytes(1, 0), bytes(1, 1)]), .logits([bytes(2, 0), bytes(2, 1)]), .later,
                .logits([nil, nil]),
            ])
    }

    @Test("forgets what was not used for long, and nothing else")
    func prune() async throws {
        let ledger = try bench.ledger()
        _ = try await ledger.record(try bench.result(of: [1, 2]))
        _ = try await ledger.record(try bench.result(of: [3], run: "r2"))
        bench.date.withLock { $0 += 10 * 86_400 }
        _ = try await find([3], in: ledger)
        #expect(try await ledger.prune(unusedSince: 1_800_000_000) == 0)
        #expect(try await ledger.prune(unusedSince: 1_800_000_001) == 2)
        let left = try await ledger.statistics()
        #expect((left.images, left.results, left.recipes) == (1, 1, 1))
        #expect(try await find([1], in: ledger) == [.logits([nil, nil])])
    }

    @Test("leaves a file alone that is none of its own, or not a database at all")
    func otherFiles() throws {
        let path = bench.folder.file("ledger.sqlite")
        let words = Data("not a database, whatever its name says".utf8)
        try words.write(to: URL(filePath: path))
        #expect(throws: LedgerError.self) { try bench.ledger() }
        #expect(try Data(contentsOf: URL(filePath: path)) == words)
    }
}

/// Something that may change about how an image is computed.
struct Variation: Sendable, CustomTestStringConvertible {
    let testDescription: String
    /// Whether the first member's logits may be others.
    let isOther: Bool
    let change: @Sendable (inout PipelineDefinition, inout Procedure) -> Void

    init(
        _ words: String, isOther: Bool = true,
        _ change: @escaping @Sendable (inout PipelineDefinition, inout Procedure) -> Void
    ) {
        (testDescription, self.isOther, self.change) = (words, isOther, change)
    }

    static let all = [
        Variation("other weights") { definition, _ in definition.members[0].weights = digest(7) },
        Variation("another precision") { definition, _ in
            definition.members[0].precision = .bf16
        },
        Variation("integers by a quantisation") { definition, _ in
            definition.members[0].precision = .int8
            definition.members[0].quantisation = .sample(low: -1)
        },
        Variation("decoding for speed") { definition, _ in definition.decode = .fast },
        Variation("pictures as they are stored") { definition, _ in definition.orient = false },
        Variation("another crop") { _, procedure in procedure.preprocessing.crop = 225 },
        Variation("another resize") { _, procedure in procedure.preprocessing.resize = 257 },
        Variation("another interpolation") { _, procedure in
            procedure.preprocessing.interpolation = .bilinear
        },
        Variation("another mean") { _, procedure in
            procedure.preprocessing.mean[2] = Float(3).nextUp
        },
        Variation("another deviation") { _, procedure in
            procedure.preprocessing.std[0] = Float(4).nextUp
        },
        Variation("another program or processor") { _, procedure in
            procedure.program = "1.0 f32-avx512"
        },
        Variation("the same under another name", isOther: false) { definition, _ in
            definition.name = "other"
            definition.members[0].name = "other"
            definition.members[0].weight = 3
            definition.combination = .meanLogit
            (definition.top, definition.shardSize) = (7, 9)
        },
        Variation("f32 by another word", isOther: false) { definition, _ in
            definition.members[0].precision = .auto
        },
    ]
}

extension QuantisationArtefact {
    static func sample(low: Float) -> QuantisationArtefact {
        QuantisationArtefact(
            source: digest(0), calibration: digest(1), scheme: "s", nodes: 1,
            ranges: [Range(node: 0, low: low, high: 1)], exceptions: [],
            figures: Figures(images: 1, agreement: 1, probabilityShift: 0))
    }
}

@Suite("A recipe")
struct RecipeTests {
    @Test("depends on the ranges of integers")
    func ranges() throws {
        let recipes = try [Float(-1), -2].map { low in
            var definition = PipelineDefinition.two
            definition.members[0].precision = .int8
            definition.members[0].quantisation = .sample(low: low)
            return try definition.sampleRecipes
        }
        #expect(recipes[0][0] != recipes[1][0])
        #expect(recipes[0][1] == recipes[1][1])
    }

    @Test("depends on the largest member's input where pictures are decoded for speed")
    func company() throws {
        var definition = PipelineDefinition.two
        var larger = Procedure.sample
        larger.preprocessing.resize = 500
        let exact = try [.sample, larger].map { try definition.recipes(by: [.sample, $0])?.first }
        definition.decode = .fast
        let fast = try [.sample, larger].map { try definition.recipes(by: [.sample, $0])?.first }
        #expect(exact[0] == exact[1])
        #expect(fast[0] != fast[1])
    }

    @Test("does not exist for a member that is not pinned, or without its procedure")
    func unpinned() throws {
        var definition = PipelineDefinition.two
        #expect(try definition.recipes(by: [.sample]) == nil)
        definition.members[1].weights = nil
        #expect(try definition.recipes(by: [.sample, .sample]) == nil)
    }
}

import PipelineCore
import Testing

@testable import Coordination

@Suite("A manifest's census")
struct ManifestCensusTests {
    let names = ["a", "b/1", "b/2", "c", "d"]

    @Test("does not depend on the pieces the manifest comes in", arguments: 1...90)
    func pieces(of size: Int) throws {
        let lines = names.map { ManifestLine.encode(.sample($0)) }
        let whole = lines.flatMap(\.self)
        var census = ManifestCensus(shardSize: 2)
        for start in stride(from: 0, to: whole.count, by: size) {
            try census.read(Array(whole[start..<min(start + size, whole.count)]))
        }
        try census.finish()

        #expect(census.rows == 5)
        let lengths = lines.map(\.count)
        #expect(
            census.shards == [
                ShardRange(
                    index: 0, firstRow: 0, count: 2, offset: 0, length: lengths[0] + lengths[1]),
                ShardRange(
                    index: 1, firstRow: 2, count: 2, offset: lengths[0] + lengths[1],
                    length: lengths[2] + lengths[3]),
                ShardRange(
                    index: 2, firstRow: 4, count: 1, offset: whole.count - lengths[4],
                    length: lengths[4]),
            ])
    }

    @Test("has no empty shard where the rows come out even", arguments: [1, 5])
    func even(shardSize: Int) throws {
        var census = ManifestCensus(shardSize: shardSize)
        try census.read(names.flatMap { ManifestLine.encode(.sample($0)) })
        try census.finish()
        #expect(census.shards.map(\.count) == [Int](repeating: shardSize, count: 5 / shardSize))
    }

    @Test("goes by bytes, not by letters or lengths")
    func order() throws {
        var census = ManifestCensus(shardSize: 2)
        try census.read(manifest("B", "a", "a.jpg", "a/b", "aa", "é", "漢"))
        try census.finish()
        #expect(census.rows == 7)
    }

    @Test("takes two spellings of a path for one file")
    func spelling() throws {
        let plain = ManifestLine.encode(.sample("a.jpg"))
        let escaped = Array(#"{"file":"\\x61.jpg","size":0,"problem":"gone"}"#.utf8) + [0x0A]
        var census = ManifestCensus(shardSize: 2)
        try census.read(plain)
        #expect(throws: ManifestError.twice(line: 2, RelativePath(text: "a.jpg"))) {
            try census.read(escaped)
        }
    }
}

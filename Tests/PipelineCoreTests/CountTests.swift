import Foundation
import PipelineCore
import Testing

@Suite("Counts from another host")
struct CountTests {
    @Test(
        "are taken or refused before anybody adds them",
        arguments: [0, 1, 1 << 40, -1, 1 << 40 + 1, Int.max, .min])
    func bounds(count: Int) throws {
        let isOne = (0...1 << 40).contains(count)
        let holder = Data(#"{"shard":0,"worker":"a","progress":\#(count)}"#.utf8)
        #expect(isOne == ((try? JSONDecoder().decode(LeaseHolder.self, from: holder)) != nil))

        let names = [
            "shards", "shardsDone", "shardsLeased", "shardsFailed", "quarantined", "images",
            "labelled", "failed",
        ]
        for name in names {
            let fields = names.map { #""\#($0)":\#($0 == name ? count : 0)"# }
            let counts = Data("{\(fields.joined(separator: ","))}".utf8)
            #expect(
                isOne == ((try? JSONDecoder().decode(RunCounts.self, from: counts)) != nil),
                "\(name)")
        }
    }
}

import PipelineCore
import Testing

@testable import Definitions

/// What a definition may say, and what is made of it.
@Suite("A pipeline definition")
struct DefinitionParserTests {
    let parser = DefinitionParser(models: ["lite0", "lite1", "resnet50"])

    @Test("needs no more than a name and a member")
    func defaults() throws {
        let definition = try parser.parse("name: a\nmembers: [lite0]\n", file: "a.yaml")
        #expect(
            definition
                == PipelineDefinition(name: "a", members: [Member(name: "lite0", model: "lite0")]))
    }

    @Test("carries every field to where it belongs")
    func fields() throws {
        let text = """
            # A comment: with 'quotes" and a &sign.
            name: all-of.it_2
            description: "Cats *and* dogs; R&D."
            members:
              - lite1
              - {model: lite0, name: second, weight: 2.5}
              - model: lite0
                precision: f32
                weight: 3
            combine: weighted-mean
            orient: false
            decode: fast
            top: 10
            shard: 128
            """
        var expected = PipelineDefinition(
            name: "all-of.it_2",
            members: [
                Member(name: "lite1", model: "lite1"),
                Member(name: "second", model: "lite0", weight: 2.5),
                Member(name: "lite0", model: "lite0", weight: 3, precision: .f32),
            ],
            combination: .weightedMean, orient: false, decode: .fast, top: 10, shardSize: 128)
        expected.description = "Cats *and* dogs; R&D."
        #expect(try parser.parse(text, file: "a.yaml") == expected)
    }

    @Test("takes every way to combine, by its own name", arguments: Combination.allCases)
    func combinations(_ combination: Combination) throws {
        let text = "name: a\nmembers: [lite0]\ncombine: \(combination.rawValue)"
        #expect(try parser.parse(text, file: "a.yaml").combination == combination)
    }

    @Test("is the same work whatever its description says")
    func digest() throws {
        let text = "name: a\nmembers: [lite0]\n"
        let plain = try parser.parse(text, file: "a.yaml")
        let described = try parser.parse(text + "description: new words", file: "a.yaml")
        let other = try parser.parse(text + "top: 6", file: "a.yaml")
        #expect(try plain.digest == described.digest)
        #expect(try plain.digest != other.digest)
    }
}

import PipelineCore
import Testing

@testable import Definitions

/// What is said about a definition that is wrong: where, what, and what was meant.
@Suite("A wrong definition")
struct RefusalTests {
    let parser = DefinitionParser(models: ["lite0", "lite1", "resnet50"])

    private func refusal(_ text: String) -> String {
        do {
            _ = try parser.parse(text, file: "f.yaml")
            return "accepted"
        } catch {
            return error.description
        }
    }

    /// The start of each refusal; two good lines stand before the wrong ones.
    @Test(
        "is refused at its place",
        arguments: [
            ("tpo: 5", "f.yaml:3:1: a definition has no key 'tpo'; did you mean 'top'?"),
            ("colour: red", "f.yaml:3:1: a definition has no key 'colour'; there are name, descr"),
            ("3: 5", "f.yaml:3:1: a definition has no key 3;"),
            ("[a]: 5", "f.yaml:3:1: a definition has no key a list;"),
            ("<<: {top: 5}", "f.yaml:3:1: a definition has no key <<;"),
            ("name: b", "f.yaml:1:1: the key 'name' stands twice, first here;"),
            ("top: five", "f.yaml:3:6: 'top' cannot be 'five'; it is a whole number from 1 to 100"),
            ("top: 0", "f.yaml:3:6: 'top' cannot be 0;"),
            ("top: 101", "f.yaml:3:6: 'top' cannot be 101;"),
            ("top: 2.5", "f.yaml:3:6: 'top' cannot be 2.5;"),
            ("top: '5'", "f.yaml:3:6: 'top' cannot be '5';"),
            ("top: 99999999999999999999", "f.yaml:3:6: 'top' cannot be 99999999999999999999;"),
            ("top:", "f.yaml:3:5: 'top' cannot be empty;"),
            ("top: [5]", "f.yaml:3:6: 'top' cannot be a list;"),
            ("shard: 10001", "f.yaml:3:8: 'shard' cannot be 10001; it is a whole number from 1 to"),
            ("orient: maybe", "f.yaml:3:9: 'orient' cannot be 'maybe'; it is true or false"),
            ("orient: 1", "f.yaml:3:9: 'orient' cannot be 1;"),
            ("decode: fsat", "f.yaml:3:9: 'decode' cannot be 'fsat'; did you mean 'fast'?"),
            ("decode: 5", "f.yaml:3:9: 'decode' cannot be 5; there are exact, fast"),
            ("combine: mean", "f.yaml:3:10: 'combine' cannot be 'mean'; there are mean-prob"),
            (
                "combine: mean_logit",
                "f.yaml:3:10: 'combine' cannot be 'mean_logit'; did you mean 'mean-logit'?"
            ),
            ("description: {a: b}", "f.yaml:3:14: 'description' cannot be a mapping; it is text"),
            ("description: 5", "f.yaml:3:14: 'description' cannot be 5; it is text; put it in q"),
            ("description: !secret x", "f.yaml:3:14: 'description' cannot be x; it is text"),
            ("  top: 5", "f.yaml:3:3: this is not YAML: "),
            ("top: [5", "f.yaml:4:1: this is not YAML: "),
            ("top: \"5", "f.yaml:4:1: this is not YAML: "),
            ("top: 5\u{7}", "f.yaml:3:7: this is not YAML: "),
            ("---\nname: b", "f.yaml:3:1: a second document begins here;"),
        ])
    func places(_ line: String, _ expected: String) {
        let text = "name: a\nmembers: [lite0]\n\(line)\n"
        #expect(refusal(text).hasPrefix(expected), "\(refusal(text))")
    }

    @Test(
        "is refused where a member is wrong",
        arguments: [
            ("lite3", "f.yaml:3:3: there is no model 'lite3'; did you mean 'lite0'?"),
            ("vgg", "f.yaml:3:3: there is no model 'vgg'; there are lite0, lite1, resnet50"),
            ("5", "f.yaml:3:3: a member is not a mapping of keys to values; it has the keys model"),
            ("{model: RESNET50}", "f.yaml:3:11: there is no model 'RESNET50'; did you mean 'resn"),
            ("{name: x}", "f.yaml:3:3: a member lacks the key 'model';"),
            ("{model: lite0, wieght: 2}", "f.yaml:3:18: a member has no key 'wieght'; did you mea"),
            ("{model: lite0, weight: 0}", "f.yaml:3:26: 'weight' cannot be 0; it is a number abo"),
            ("{model: lite0, weight: -1}", "f.yaml:3:26: 'weight' cannot be -1;"),
            ("{model: lite0, weight: .inf}", "f.yaml:3:26: 'weight' cannot be .inf;"),
            ("{model: lite0, weight: .nan}", "f.yaml:3:26: 'weight' cannot be .nan;"),
            ("{model: lite0, weight: two}", "f.yaml:3:26: 'weight' cannot be 'two';"),
            (
                "{model: lite0, precision: f16}",
                "f.yaml:3:29: 'precision' cannot be 'f16'; did you mean 'bf16'?"
            ),
            ("{model: lite0, name: a b}", "f.yaml:3:24: a member cannot be called 'a b'; use let"),
            ("{model: lite0, name: ../x}", "f.yaml:3:24: a member cannot be called '../x';"),
            ("{model: lite0, name: no}", "f.yaml:3:24: 'name' cannot be no; it is text; put it i"),
            ("{model: lite1, name: lite0}", "accepted"),
            ("lite0\n- lite0", "f.yaml:4:3: two members are called 'lite0'; give one of them an"),
        ])
    func members(_ member: String, _ expected: String) {
        let text = "name: a\nmembers:\n- \(member)\ncombine: weighted-mean\n"
        #expect(refusal(text).hasPrefix(expected), "\(refusal(text))")
    }

    @Test("is refused when a weight would count for nothing")
    func idleWeight() {
        let text = "name: a\nmembers:\n- {model: lite0, weight: 2}\n"
        #expect(
            refusal(text)
                == "f.yaml:3:26: a weight counts for nothing with combine: mean-probability; "
                + "remove it, or write combine: weighted-mean")
    }

    @Test(
        "is refused as a whole",
        arguments: [
            ("", "f.yaml: the file is empty;"),
            ("# nothing\n", "f.yaml: the file is empty;"),
            ("--- \n", "f.yaml:"),
            ("just words", "f.yaml:1:1: a definition is not a mapping of keys to values;"),
            ("- lite0", "f.yaml:1:1: a definition is not a mapping of keys to values;"),
            ("members: [lite0]", "f.yaml:1:1: a definition lacks the key 'name';"),
            ("name: a", "f.yaml:1:1: a definition lacks the key 'members';"),
            ("name: a\nmembers: []", "f.yaml:2:10: 'members' is not a list of models;"),
            ("name: a\nmembers: lite0", "f.yaml:2:10: 'members' is not a list of models;"),
            ("name: 1.5\nmembers: [lite0]", "f.yaml:1:7: 'name' cannot be 1.5;"),
            ("name: a/b\nmembers: [lite0]", "f.yaml:1:7: a definition cannot be called 'a/b';"),
            ("name: .a\nmembers: [lite0]", "f.yaml:1:7: a definition cannot be called '.a';"),
        ])
    func wholes(_ text: String, _ expected: String) {
        #expect(refusal(text).hasPrefix(expected), "\(refusal(text))")
    }
}

/// Files that are made to do harm.
@Suite("A hostile definition", .timeLimit(.minutes(1)))
struct HostileDefinitionTests {
    let parser = DefinitionParser(models: ["lite0"])

    private func refusal(_ text: String) -> DefinitionError? {
        do {
            _ = try parser.parse(text, file: "f.yaml")
            return nil
        } catch {
            return error
        }
    }

    @Test("cannot grow by aliases", arguments: ["", "? ", "'it''s' : ", "\"\\\"\" : ", "x: 5', "])
    func billionLaughs(_ before: String) {
        var text = "a0: &a0 [lol, lol]\n"
        for i in 1...40 { text += "a\(i): &a\(i) [*a\(i - 1), *a\(i - 1), *a\(i - 1)]\n" }
        text += before + "*a40\n"
        #expect(refusal(text)?.problem == "definitions have no aliases")
        #expect(refusal(text)?.place == DefinitionError.Place(line: 2, column: 10))
    }

    @Test(
        "cannot nest without end",
        arguments: [
            String(repeating: "[", count: 60_000), String(repeating: "{a: ", count: 15_000),
            String(repeating: "- ", count: 30_000), String(repeating: "? ", count: 30_000),
            String(repeating: "[", count: 900) + String(repeating: "]", count: 900),
        ])
    func nesting(_ text: String) {
        #expect(refusal(text) != nil)
    }

    @Test("cannot be larger than a page of text")
    func size() {
        let text = "name: a\nmembers: [lite0]\n"
        let room = DefinitionParser.maximumBytes - text.utf8.count
        #expect(refusal(text + String(repeating: "#", count: room)) == nil)
        #expect(refusal(text + String(repeating: "#", count: room + 1))?.place == nil)
        #expect(refusal(text + String(repeating: "#", count: room + 1)) != nil)
    }

    @Test("cannot have more members than anybody would wait for")
    func members() {
        let list = (0...64).map { "{model: lite0, name: m\($0)}" }.joined(separator: ", ")
        #expect(refusal("name: a\nmembers: [\(list)]")?.problem == "there are 65 members")
    }
}

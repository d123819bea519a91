import PipelineCore
import Testing

@testable import Reporting

@Suite("A manifest")
struct ManifestTests {
    @Test("has a JSON object an image, in the documented order of keys")
    func jsonLines() async throws {
        let text = String(decoding: try await HandmadeRun.stored().export(.jsonl), as: UTF8.self)

        #expect(text == Self.golden)
    }

    static let golden = #"""
        {"file":"=1+1.jpg","status":"labelled","label":"tabby","index":0,"confidence":0.62,\#
        "margin":0.445,"entropy":1.06837,"agreement":1,"top":[\#
        {"label":"tabby","index":0,"probability":0.62},\#
        {"label":"tiger cat","index":1,"probability":0.175},\#
        {"label":"Egyptian, or \"Mau\"","index":2,"probability":0.1025}],"members":{\#
        "lite0":{"label":"tabby","index":0,"confidence":0.5},\#
        "lite1":{"label":"tabby","index":0,"confidence":0.74}},"failure":null}
        {"file":"cat.jpg","status":"labelled","label":"tiger cat","index":1,"confidence":0.97,\#
        "margin":0.96,"entropy":0.167701,"agreement":1,"top":[\#
        {"label":"tiger cat","index":1,"probability":0.97},\#
        {"label":"tabby","index":0,"probability":0.01},\#
        {"label":"Egyptian, or \"Mau\"","index":2,"probability":0.01}],"members":{\#
        "lite0":{"label":"tiger cat","index":1,"confidence":0.97},\#
        "lite1":{"label":"tiger cat","index":1,"confidence":0.97}},"failure":null}
        {"file":"new\nline <b>.jpg","status":"failed","label":null,"index":null,\#
        "confidence":null,"margin":null,"entropy":null,"agreement":null,"top":[],"members":{},\#
        "failure":{"reason":"truncated","detail":"the file ends\nafter 1 of 2 scans"}}
        {"file":"q\"u,o|t`e\#u{202E}.jpg","status":"labelled","label":"=sum","index":3,\#
        "confidence":0.46,"margin":0.12,"entropy":1.184516,"agreement":0.5,"top":[\#
        {"label":"=sum","index":3,"probability":0.46},\#
        {"label":"Egyptian, or \"Mau\"","index":2,"probability":0.34},\#
        {"label":"tabby","index":0,"probability":0.1}],"members":{\#
        "lite0":{"label":"Egyptian, or \"Mau\"","index":2,"confidence":0.58},\#
        "lite1":{"label":"=sum","index":3,"confidence":0.7}},"failure":null}
        \#(givenUp(#"sub/ends\\x5Cx41.jpg"#))
        \#(givenUp("sub/猫.jpg"))
        {"file":"zz\\xFF\\xFE.jpg","status":"labelled","label":"Egyptian, or \"Mau\"","index":2,\#
        "confidence":0.645,"margin":0.47,"entropy":1.020172,"agreement":1,"top":[\#
        {"label":"Egyptian, or \"Mau\"","index":2,"probability":0.645},\#
        {"label":"tiger cat","index":1,"probability":0.175},\#
        {"label":"tabby","index":0,"probability":0.1}],"members":{\#
        "lite0":{"label":"Egyptian, or \"Mau\"","index":2,"confidence":0.74},\#
        "lite1":{"label":"Egyptian, or \"Mau\"","index":2,"confidence":0.55}},"failure":null}

        """#

    private static func givenUp(_ file: String) -> String {
        #"{"file":"\#(file)","status":"failed","label":null,"index":null,"confidence":null,"#
            + #""margin":null,"entropy":null,"agreement":null,"top":[],"members":{},"failure":"#
            + #"{"reason":"shard-failed","detail":"the shard of this image was given up: "#
            + #"gave up after 3 attempts: \"out of memory\""}}"#
    }

    @Test("has the same rows as comma-separated values")
    func csv() async throws {
        let text = String(decoding: try await HandmadeRun.stored().export(.csv), as: UTF8.self)
        let none = String(repeating: ",", count: 21)
        let detail =
            #","the shard of this image was given up: gave up after 3 attempts: ""out of memory""""#
        let mau = #""Egyptian, or ""Mau""""#

        #expect(
            text == """
                file,status,label,index,confidence,margin,entropy,agreement,\
                top1_label,top1_index,top1_probability,top2_label,top2_index,top2_probability,\
                top3_label,top3_index,top3_probability,lite0_label,lite0_index,lite0_confidence,\
                lite1_label,lite1_index,lite1_confidence,failure_reason,failure_detail,given
                \\x3D1+1.jpg,labelled,tabby,0,0.62,0.445,1.06837,1,tabby,0,0.62,tiger cat,1,0.175,\
                \(mau),2,0.1025,tabby,0,0.5,tabby,0,0.74,,,
                cat.jpg,labelled,tiger cat,1,0.97,0.96,0.167701,1,tiger cat,1,0.97,tabby,0,0.01,\
                \(mau),2,0.01,tiger cat,1,0.97,tiger cat,1,0.97,,,
                "new\nline <b>.jpg",failed\(none),truncated,"the file ends\nafter 1 of 2 scans",
                "q""u,o|t`e\u{202E}.jpg",labelled,\\x3Dsum,3,0.46,0.12,1.184516,0.5,\\x3Dsum,3,0.46,\
                \(mau),2,0.34,tabby,0,0.1,\(mau),2,0.58,\\x3Dsum,3,0.7,,,
                sub/ends\\x5Cx41.jpg,failed\(none),shard-failed\(detail),
                sub/猫.jpg,failed\(none),shard-failed\(detail),
                zz\\xFF\\xFE.jpg,labelled,\(mau),2,0.645,0.47,1.020172,1,\(mau),2,0.645,\
                tiger cat,1,0.175,tabby,0,0.1,\(mau),2,0.74,\(mau),2,0.55,,,

                """)
    }

    @Test(
        "spells numbers in their shortest form",
        arguments: [
            (0, "0"), (1, "1"), (0.5, "0.5"), (2.0 / 3, "0.666667"), (0.93, "0.93"),
            (0.000_001, "0.000001"), (0.000_000_4, "0"), (0.000_000_6, "0.000001"),
            (0.999_999_6, "1"), (6.907_755_278_982_137, "6.907755"), (-0.25, "-0.25"), (-0.0, "0"),
            (1234.05, "1234.05"), (.nan, "null"), (.infinity, "null"), (1e300, "null"),
        ])
    func numbers(_ value: Double, _ text: String) {
        var bytes: [UInt8] = []
        bytes.append(decimal: value, absent: "null")

        #expect(String(decoding: bytes, as: UTF8.self) == text)
    }

    @Test("escapes every character that JSON forbids")
    func controlCharacters() throws {
        let writer = JSONLinesManifest(members: [], classes: HandmadeRun.classes)
        let name = Array(1...0x1F) + Array("\u{7F}\u{2028}\"\\".utf8)
        var bytes: [UInt8] = []
        writer.append(
            ManifestRow(
                file: RelativePath(bytes: name),
                outcome: .failed(ImageFailure(reason: "empty", detail: ""))),
            to: &bytes)

        #expect(!bytes.dropLast().contains { $0 < 0x20 })
        #expect(
            String(decoding: bytes, as: UTF8.self).hasPrefix(
                #"{"file":"\u0001\u0002\u0003\u0004\u0005\u0006\u0007\u0008\t\n\u000b\u000c\r\u000e"#
            ))
        #expect(String(decoding: bytes, as: UTF8.self).contains("\u{7F}\u{2028}" + #"\"\\"#))
    }

    @Test(
        "opens in a spreadsheet without running anything",
        arguments: ["=", "+", "-", "@", "\t", "\r"])
    func formulas(_ first: String) throws {
        let writer = CSVManifest(members: [], classes: HandmadeRun.classes, top: 0)
        let file = RelativePath(bytes: Array((first + "HYPERLINK(A1)").utf8))
        var bytes: [UInt8] = []
        writer.append(
            ManifestRow(
                file: file,
                outcome: .failed(ImageFailure(reason: "corrupt", detail: first + "1"))),
            to: &bytes)
        let cells = String(decoding: bytes.dropLast(), as: UTF8.self).split(separator: ",")

        #expect(cells.count == 4)
        #expect(cells.allSatisfy { $0.first != first.first })
        #expect(RelativePath(text: String(cells[0])) == file)
    }

    @Test("of a run without images has no rows")
    func empty() async throws {
        let run = try StoredRun(
            [], definition: HandmadeRun.definition, classes: HandmadeRun.classes
        ) { _ in .failed("empty", "") }

        #expect(try await run.export(.jsonl).isEmpty)
        #expect(try await run.export(.csv).count { $0 == UInt8(ascii: "\n") } == 1)
    }
}

import Foundation
import PipelineCore
import TestSupport
import Testing

/// What other people's readers make of our manifests.
@Suite("Python's own readers", .enabled(if: Python.isThere))
struct PythonTests {
    /// Reads both formats, compares them field by field, and prints each row's name in hexadecimal.
    static let script = #"""
        import csv, json, re, sys

        def exact(text):  # \xHH stands for a byte
            return re.sub(rb"\\x([0-9A-F]{2})", lambda m: bytes([int(m[1], 16)]), text.encode())

        def same(cell, value):
            if value is None:
                return cell == ""
            if isinstance(value, str):
                return exact(cell) == exact(value)
            return float(cell) == value

        jsonl, table, top = sys.argv[1], sys.argv[2], int(sys.argv[3])
        objects = [json.loads(line) for line in open(jsonl, encoding="utf-8", newline="\n")]
        rows = list(csv.DictReader(open(table, encoding="utf-8", newline=""), strict=True))
        assert len(objects) == len(rows), (len(objects), len(rows))
        for o, row in zip(objects, rows):
            flat = {k: o[k] for k in list(o)[:8]}
            for place in range(top):
                for key in ["label", "index", "probability"]:
                    there = place < len(o["top"])
                    flat[f"top{place + 1}_{key}"] = o["top"][place][key] if there else None
            for name in ["lite0", "lite1"]:
                for key in ["label", "index", "confidence"]:
                    flat[f"{name}_{key}"] = o["members"][name][key] if o["members"] else None
            for key in ["reason", "detail"]:
                flat[f"failure_{key}"] = o["failure"][key] if o["failure"] else None
            flat["given"] = o.get("given")
            assert list(flat) == list(row), (list(flat), list(row))
            for key, value in flat.items():
                assert same(row[key], value), (key, row[key], value)
            print(exact(o["file"]).hex(), exact(row["file"]).hex())
        """#

    @Test("read JSON Lines and CSV alike, and every name exactly")
    func reading() async throws {
        let awkward: [[UInt8]] =
            [
                "+plus", "-minus", "@at", "\ttab", "\rreturn", "comma, quote\" and\r\nline end",
                " blank ",
                "'apostrophe", #"\x3D"#, #"\\x3D\x4"#, #"=\x41"#, "#hash", "\u{2028}\u{85}",
                "é\u{301}🐈",
            ].map { Array($0.utf8) } + [[0x80], [0x3D, 0xFF], [0xE7, 0x8C], Array(1...0x1F)]
        let names = (HandmadeRun.names + awkward).sorted { $0.lexicographicallyPrecedes($1) }
        let run = try StoredRun(
            names, definition: HandmadeRun.definition, classes: HandmadeRun.classes
        ) { row in
            row % 4 == 1
                ? .failed("corrupt", "=detail, \"quoted\"\nand so on")
                : .probabilities([[0.1, 0.1, 0.6, 0.2], [0.1, 0.1, 0.1, 0.7]])
        }
        try run.objects.store(await run.export(.jsonl), as: Self.key("a"))
        try run.objects.store(await run.export(.csv), as: Self.key("b"))
        let output = try Python.run(
            Self.script,
            [run.objects.path(of: Self.key("a")), run.objects.path(of: Self.key("b")), "3"])

        #expect(
            output.split(separator: "\n").map(String.init)
                == names.map { "\(hexadecimal($0)) \(hexadecimal($0))" })
    }

    private static func key(_ run: String) throws -> ObjectKey {
        .manifest(try required(RunID(run)))
    }
}

/// The interpreter that is on the path, if there is one.
enum Python {
    static let isThere: Bool = {
        if (try? run("print(1)", [])) == "1\n" { return true }
        print("skipped: there is no python3 to read manifests with")
        return false
    }()

    /// What a script prints; what it says of errors goes to ours.
    static func run(_ script: String, _ arguments: [String]) throws -> String {
        try Command.run(["python3", "-c", script] + arguments).out
    }
}

import Foundation
import PipelineCore
import Testing

@Suite("A manifest line")
struct ManifestLineTests {
    static let digest = SHA256Digest(of: Array("content".utf8))

    static let entries = [
        ImageEntry(file: RelativePath(text: "a.jpg"), size: 0, sha256: digest),
        ImageEntry(file: RelativePath(text: "a/b/c.jpg"), size: .max, sha256: digest),
        ImageEntry(
            file: RelativePath(text: "q\"uote\\back/li\nne\u{1}.jpg"), size: 1, sha256: digest),
        ImageEntry(file: RelativePath(text: "übung/漢字/😀.png"), size: 2, sha256: digest),
        ImageEntry(
            file: RelativePath(bytes: [0x61, 0xFF, 0xFE, 0x2F, 0x80]), size: 3, sha256: digest),
        ImageEntry(file: RelativePath(bytes: Array(#"a\x41b"#.utf8)), size: 4, sha256: digest),
        ImageEntry(file: RelativePath(text: "... /.hidden"), size: 5, sha256: digest),
        ImageEntry(
            file: RelativePath(text: "gone.jpg"), size: 6, sha256: nil,
            problem: "'gone.jpg': Permission \"denied\"\n"),
        ImageEntry(
            file: RelativePath(text: "https://e.org/a%20b.jpg?c=\"d\""), size: 0, sha256: nil,
            isRemote: true),
        ImageEntry(
            file: RelativePath(text: "HTTPS://e.org/a"), size: 7, sha256: digest, isRemote: true),
        ImageEntry(
            file: RelativePath(text: "ftp://e.org/"), size: 0, sha256: nil, problem: "no address",
            isRemote: true),
        ImageEntry(
            file: RelativePath(bytes: Array("s3://b/a b+'(".utf8) + [0xFF]), size: 8, sha256: nil,
            isRemote: true, etag: "9f-2"),
        ImageEntry(
            file: RelativePath(text: "a.tar!b/../c.jpg"), size: 9, sha256: digest,
            archive: ArchivePlace(path: RelativePath(text: "a.tar"), offset: 512)),
        ImageEntry(
            file: RelativePath(text: "a.jpg"), size: 10, sha256: digest, label: "a \"cat\""),
    ]

    @Test("reads back as the entry it was written from", arguments: entries)
    func roundTrip(_ entry: ImageEntry) throws {
        let line = ManifestLine.encode(entry)
        #expect(line.last == 0x0A)
        #expect(line.dropLast().contains(0x0A) == false)
        #expect(try ManifestLine.parse(line) == entry)
        #expect(try ManifestLine.parse(line.dropLast()) == entry)
        #expect(try ManifestLine.parse(AnyCollection(line)) == entry)
    }

    @Test("is the JSON of its entry, for every other reader", arguments: entries)
    func json(_ entry: ImageEntry) throws {
        let line = Data(ManifestLine.encode(entry))
        #expect(try JSONDecoder().decode(ImageEntry.self, from: line) == entry)
        #expect(try ManifestLine.parse(JSONEncoder().encode(entry)) == entry)
    }

    @Test("looks like this")
    func appearance() {
        let line = String(decoding: ManifestLine.encode(Self.entries[1]), as: UTF8.self)
        #expect(
            line
                == #"{"file":"a/b/c.jpg","size":9223372036854775807,"sha256":"\#(Self.digest)"}"#
                + "\n")
    }

    @Test("may be spaced, ordered and escaped as JSON allows")
    func freedom() throws {
        let line =
            "\t{ \"sha256\" :\r\"\(Self.digest.hex.uppercased())\" , \"size\": 12,"
            + #""file":"\u0061\/\ud83d\ude00\t\b\f\r\u00e9"} "#
        let entry = try ManifestLine.parse(Array(line.utf8))
        #expect(entry.file == RelativePath(text: "a/😀\t\u{8}\u{C}\ré"))
        #expect(entry.size == 12)
        #expect(entry.sha256 == Self.digest)
    }

    static let refused: [(String, ManifestLineError)] = [
        ("", .expected("'{'", column: 1)),
        ("{", .expected("a string", column: 2)),
        ("{}", .expected("a string", column: 2)),
        ("[1]", .expected("'{'", column: 1)),
        (#"{"file":"a","size":1,"problem":"x"} {"#, .expected("the end of the line", column: 37)),
        (#"{"file":"a","size":1,"problem":"x""#, .expected("',' or '}'", column: 35)),
        (#"{"file":"a","size":1,"problem":"x",}"#, .expected("a string", column: 36)),
        (#"{"file" "a"}"#, .expected("':'", column: 9)),
        (#"{"file":1}"#, .expected("a string", column: 9)),
        (#"{"file":"a"#, .expected("a closing quote", column: 11)),
        (#"{"file":"a\"#, .expected("one of the escapes of JSON", column: 12)),
        (#"{"file":"\a"}"#, .expected("one of the escapes of JSON", column: 11)),
        (#"{"file":"\u00g0"}"#, .expected("four hexadecimal digits", column: 14)),
        (#"{"file":"\ud83d"}"#, .expected("a whole character", column: 16)),
        (#"{"file":"\ud83d\u0041"}"#, .expected("the second half of a pair", column: 22)),
        (#"{"file":"\ude00"}"#, .expected("a whole character", column: 16)),
        ("{\"file\":\"a\nb\"}", .expected("an escape for a control character", column: 11)),
        (#"{"size":01}"#, .expected("a whole number", column: 9)),
        (#"{"size":-1}"#, .expected("a whole number", column: 9)),
        (#"{"size":"1"}"#, .expected("a whole number", column: 9)),
        (#"{"size":1.5}"#, .expected("',' or '}'", column: 10)),
        (#"{"size":1e3}"#, .expected("',' or '}'", column: 10)),
        (#"{"size":9223372036854775808}"#, .expected("a size that fits 63 bits", column: 27)),
        (#"{"sha256":"abc"}"#, .expected("64 hexadecimal digits", column: 11)),
        (#"{"sha256":null}"#, .expected("a string", column: 11)),
        (#"{"name":"a"}"#, .unknownKey("name")),
        (#"{"size":1,"size":1}"#, .repeatedKey("size")),
        (#"{"size":1,"problem":"x"}"#, .missingKey("file")),
        (#"{"file":"a","problem":"x"}"#, .missingKey("size")),
        (#"{"file":"a","size":1}"#, .undecided),
        (#"{"url":"https://a/b","url":"c"}"#, .repeatedKey("url")),
        (#"{"url":"ftp://a/b","size":0}"#, .address("ftp://a/b")),
        (#"{"url":"https://ada@a/b","size":0}"#, .address("https://ada@a/b")),
        (#"{"url":"https:///b","size":0}"#, .address("https:///b")),
        (#"{"url":"https://a/b c","size":0}"#, .address("https://a/b c")),
        (#"{"url":"s3://b/","size":0}"#, .address("s3://b/")),
        (#"{"url":"a.jpg","size":0}"#, .address("a.jpg")),
        (
            #"{"file":"a","url":"https://a/b","size":0,"problem":"x"}"#,
            .misfit("a line has either 'file' or 'url'")
        ),
        (
            #"{"file":"a","size":0,"problem":"x","etag":"e"}"#,
            .misfit("only a 'url' has an 'etag'")
        ),
        (#"{"file":"a","size":1,"problem":"x","offset":1}"#, .missingKey("archive")),
        (#"{"file":"a!b","size":1,"problem":"x","archive":"a"}"#, .missingKey("offset")),
        (
            #"{"file":"b!b","size":1,"problem":"x","archive":"a","offset":0}"#,
            .misfit("a member's name begins with that of its 'archive' and '!'")
        ),
        (
            #"{"file":"../a!b","size":1,"problem":"x","archive":"../a","offset":0}"#,
            .path("../a")
        ),
        (#"{"url":"https://a/b!c","size":1,"archive":"https://a/b","offset":0}"#, .undecided),
        (#"{"file":"a","size":1,"problem":"x","sha256":"\#(digest)"}"#, .undecided),
    ]

    @Test("is refused where it is not one", arguments: refused.indices)
    func refusal(_ index: Int) {
        let (line, error) = Self.refused[index]
        #expect(throws: error) { try ManifestLine.parse(Array(line.utf8)) }
    }

    @Test(
        "names nothing outside the dataset",
        arguments: [
            "", "/", "/etc/passwd", "..", "../a", "a/../b", "a/..", ".", "./a", "a/.", "a//b", "a/",
            "a\\u0000b", #"\\x2e\\x2e/a"#, #"\\x2fetc"#,
        ])
    func path(_ path: String) {
        let line = #"{"file":"\#(path)","size":1,"problem":"x"}"#
        #expect {
            try ManifestLine.parse(Array(line.utf8))
        } throws: { error in
            if case .path = error as? ManifestLineError { true } else { false }
        }
    }

    @Test("is UTF-8")
    func utf8() {
        let line = Array(#"{"file":"a"#.utf8) + [0xFF] + Array(#"","size":1,"problem":"x"}"#.utf8)
        #expect(throws: ManifestLineError.expected("UTF-8", column: 10)) {
            try ManifestLine.parse(line)
        }
    }

    @Test("that is cut or changed anywhere never reads as another file's")
    func damage() {
        let line = ManifestLine.encode(Self.entries[3])
        let entry = try? ManifestLine.parse(line)
        for end in 0..<line.count - 2 {
            #expect(throws: ManifestLineError.self) { try ManifestLine.parse(line[..<end]) }
        }
        for index in line.indices {
            for bit in 0..<8 {
                var damaged = line
                damaged[index] ^= 1 << bit
                guard let other = try? ManifestLine.parse(damaged) else { continue }
                #expect(other != entry || damaged[index] | 0x20 == line[index] | 0x20)
            }
        }
    }
}

import Checkpoints
import Testing

/// The two containers around a pickle.
@Suite("A PyTorch file")
struct PyTorchTests {
    private static let object = Pickle.dictionary([
        ("a", Pickle.tensor(Pickle.storage("0", count: 4), shape: [4], strides: [1]))
    ])
    private static let numbers: [Float] = [1, 2, 3, 4]

    private func open(_ file: [UInt8]) throws -> [Float] {
        let folder = try ScratchFolder()
        return try Checkpoint(path: try folder.file(file)).tensor("a", shape: [4]).floats()
    }

    private func refusal(_ file: [UInt8]) -> String {
        let error = #expect(throws: CheckpointError.self) { try open(file) }
        return error?.description ?? ""
    }

    @Test(
        "may be an archive with or without zip64, with a comment after it",
        arguments: [
            (false, ""), (true, ""), (false, "PK\u{5}\u{6} and more than twenty-two bytes of it"),
        ])
    func archives(_ isWide: Bool, _ comment: String) throws {
        let entries = [
            Assembly.ZipEntry("x/data/0", Assembly.little(Self.numbers)),
            Assembly.ZipEntry("x/data.pkl", Pickle.whole(Self.object)),
            Assembly.ZipEntry("x/byteorder", Array("little".utf8)),
        ]

        #expect(try open(Assembly.zip(entries, wide: isWide, comment: comment)) == Self.numbers)
    }

    @Test("may be a stream with views of storages")
    func streamViews() throws {
        let view = Pickle.tuple([Pickle.text("part"), Pickle.integer(2), Pickle.integer(5)])
        let storage = Pickle.storage("0", count: 8, view: view)
        func file(_ offset: Int) -> [UInt8] {
            let tensor = Pickle.tensor(storage, offset: offset, shape: [4], strides: [1])
            return Assembly.legacy(
                Pickle.dictionary([("a", tensor)]), storages: [("0", [0, 1, 2, 3, 4, 5, 6, 7])])
        }

        #expect(try open(file(1)) == [3, 4, 5, 6])
        #expect(refusal(file(2)).contains("leaves its storage of 5"))
    }

    @Test("shares storages among tensors")
    func sharing() throws {
        for name in ["views_zip.pt", "views_legacy.pth"] {
            let checkpoint = try Checkpoint(path: Fixtures.path(name))
            let whole = try checkpoint.tensor("whole", shape: [12])
            let tail = try checkpoint.tensor("tail", shape: [6])
            let places = (
                whole.withBytes { $0.baseAddress }, tail.withBytes { $0.baseAddress }
            )

            #expect(try #require(places.0) + 24 == places.1)
            #expect(try !checkpoint.tensor("transposed", shape: [3, 2]).isContiguous)
        }
    }

    @Test("that is another kind of archive is refused")
    func otherArchives() throws {
        let numbers = [("0", Self.numbers)]
        let big = Assembly.ZipEntry("archive/byteorder", Array("big".utf8))

        #expect(refusal(Assembly.zip([])).contains("not one that torch.save wrote"))
        #expect(
            refusal(Assembly.zip([Assembly.ZipEntry("a/b/data.pkl", [])]))
                .contains("not one that torch.save wrote"))
        #expect(
            refusal(
                Assembly.archive(
                    Self.object, storages: numbers,
                    also: [Assembly.ZipEntry("other/data.pkl", [])])
            ).contains("2 entries named */data.pkl"))
        #expect(
            refusal(Assembly.archive(Self.object, storages: numbers, also: [big]))
                .contains("big-endian"))
        #expect(
            refusal(Fixtures.path("torchscript.pt"), isPath: true).contains("a TorchScript program")
        )
    }

    private func refusal(_ path: String, isPath: Bool) -> String {
        let error = #expect(throws: CheckpointError.self) { try Checkpoint(path: path) }
        return error?.description ?? ""
    }

    @Test("with entries that contradict each other is refused")
    func brokenArchives() throws {
        let pickle = Assembly.ZipEntry("archive/data.pkl", Pickle.whole(Self.object))
        let bytes = Assembly.little(Self.numbers)
        func file(_ entries: Assembly.ZipEntry...) -> [UInt8] { Assembly.zip([pickle] + entries) }

        #expect(refusal(file()).contains("no entry 'archive/data/0'"))
        #expect(
            refusal(file(Assembly.ZipEntry("archive/data/0", bytes, method: 8)))
                .contains("compressed"))
        #expect(
            refusal(file(Assembly.ZipEntry("archive/data/0", bytes, localName: "archive/data/1")))
                .contains("another name in its header"))
        #expect(
            refusal(
                file(
                    Assembly.ZipEntry("archive/data/0", bytes),
                    Assembly.ZipEntry("archive/data/0", bytes))
            ).contains("twice"))
        #expect(
            refusal(file(Assembly.ZipEntry("archive/data/0", bytes.dropLast())))
                .contains("a storage of 4 f32 has 15 bytes"))
    }

    @Test(
        "with a directory elsewhere than it says is refused",
        arguments: [
            // Offsets from the file's end: rows, size, start.
            (12, UInt32(0xFFFF_FFF0)), (10, 0xFFFF_FFF0), (6, 0xFFFF_FFF0), (10, 0xFFFF_FFFF),
            (6, 0), (18, 1),
        ])
    func brokenDirectory(_ fromEnd: Int, _ value: UInt32) throws {
        var file = Assembly.archive(Self.object, storages: [("0", Self.numbers)])
        let place = file.count - fromEnd
        file.replaceSubrange(place..<place + 4, with: Assembly.little(value))

        #expect(!refusal(file).isEmpty)
    }

    @Test("with a stream that contradicts itself is refused")
    func brokenStreams() throws {
        let storages = [("0", Self.numbers)]
        let sound = Assembly.legacy(Self.object, storages: storages)

        #expect(try open(sound) == Self.numbers)
        #expect(
            refusal(Assembly.legacy(Self.object, storages: storages, littleEndian: false))
                .contains("big-endian"))
        #expect(
            refusal(Assembly.legacy(Self.object)).contains(
                "the storage '0' of tensor 'a' is missing"))
        #expect(
            refusal(Assembly.legacy(Self.object, storages: storages + [("1", [5])]))
                .contains("a storage that no tensor has"))
        #expect(
            refusal(Assembly.legacy(Self.object, storages: storages + storages))
                .contains("comes twice"))
        #expect(
            refusal(Assembly.legacy(Self.object, storages: [("0", [1, 2, 3])]))
                .contains("of 4 elements has 3"))
        #expect(refusal(sound.dropLast()).contains("ends too early"))
        #expect(refusal(Pickle.whole(Self.object)).contains("not one that torch.save wrote"))
    }

    @Test("that describes one storage in two ways is refused")
    func twoDescriptions() throws {
        let object = Pickle.dictionary([
            ("a", Pickle.tensor(Pickle.storage("0", count: 4), shape: [4], strides: [1])),
            (
                "b",
                Pickle.tensor(
                    Pickle.storage("0", count: 4, type: "DoubleStorage"), shape: [4], strides: [1])
            ),
        ])

        #expect(
            refusal(Assembly.legacy(object, storages: [("0", Self.numbers)]))
                .contains("described in two ways"))
    }
}

import Checkpoints
import Testing

/// What the pickle machine does, whichever file the pickle stands in.
@Suite("A pickle")
struct PickleTests {
    private static let storage = Pickle.storage("0", count: 4)
    private static let tensor = Pickle.tensor(storage, shape: [4], strides: [1])
    private static let dictionary = Pickle.global("collections", "OrderedDict")

    private func open(_ object: [UInt8]) throws -> Checkpoint {
        let folder = try ScratchFolder()
        return try Checkpoint(
            path: try folder.file(Assembly.archive(object, storages: [("0", [1, 2, 3, 4])])))
    }

    private func refusal(_ object: [UInt8]) -> CheckpointError? {
        #expect(throws: CheckpointError.self) { try open(object) }
    }

    @Test(
        "that calls anything else is refused by name",
        arguments: [
            ("hostile_zip.pt", "posix.system"), ("hostile_legacy.pth", "posix.system"),
        ])
    func hostile(_ name: String, _ function: String) throws {
        let path = Fixtures.path(name)
        #expect(throws: CheckpointError.refusedGlobal(path: path, name: function)) {
            try Checkpoint(path: path)
        }
        let error = CheckpointError.refusedGlobal(path: path, name: function)
        #expect(
            error.description.contains(
                "refused: the pickle calls posix.system, which a state dict never needs"))
    }

    @Test(
        "names functions in two ways",
        arguments: [
            Pickle.global("builtins", "eval"),
            Pickle.text("builtins") + Pickle.text("eval") + [0x93],
        ])
    func globals(_ name: [UInt8]) throws {
        guard case .refusedGlobal(_, "builtins.eval") = refusal(name) else {
            Issue.record("eval was not refused")
            return
        }
    }

    @Test(
        "that needs another instruction is refused by its name",
        arguments: [
            (0x52, "REDUCE", false), (0x30, "POP", true), (0x69, "INST", true), (0x6F, "OBJ", true),
            (0x81, "NEWOBJ", true), (0x92, "NEWOBJ_EX", true), (0x82, "EXT1", true),
            (0x50, "PERSID", true), (0x8F, "EMPTY_SET", true), (0x8B, "LONG4", true),
            (0x8D, "BINUNICODE8", true), (0x96, "BYTEARRAY8", true), (0xFF, "0xff", true),
        ] as [(UInt8, String, Bool)])
    func opcodes(_ opcode: UInt8, _ name: String, _ isRefused: Bool) throws {
        let error = refusal([opcode])
        if case .refusedOpcode(_, let refused) = error {
            #expect(refused == name)
            #expect(isRefused)
        } else {
            #expect(!isRefused)
        }
    }

    @Test("may use what Python 2 and newer protocols write")
    func dialects() throws {
        // OrderedDict([["a", tensor]]) with byte strings, as Python 2 wrote it.
        let pair = Pickle.emptyList + [0x55, 1, 0x61] + Pickle.append + Self.tensor + Pickle.append
        let old =
            Self.dictionary + Pickle.emptyList + pair + Pickle.append + [0x85] + Pickle.reduce
        // {"a": tensor} of protocol 4: framed, memoized, with short strings.
        let new =
            [0x80, 4, 0x95] + Assembly.little(UInt64(0)) + Pickle.emptyDict + [0x94, 0x8C, 1, 0x61]
            + [0x94] + Self.tensor + Pickle.setItem

        #expect(try open(old).tensor("a", shape: [4]).floats() == [1, 2, 3, 4])
        #expect(try open(new).tensor("a", shape: [4]).floats() == [1, 2, 3, 4])
    }

    @Test("remembers values and gives dictionaries attributes")
    func memory() throws {
        let object =
            Self.dictionary + Pickle.put(1) + Pickle.emptyTuple + Pickle.reduce
            + Pickle.text("a") + Self.tensor + Pickle.put(7) + Pickle.setItem
            + Pickle.text("b") + Pickle.get(7) + Pickle.setItem
            + Pickle.emptyDict + Pickle.text("_metadata") + Pickle.get(1) + Pickle.setItem
            + Pickle.build
        let checkpoint = try open(object)

        #expect(checkpoint.names == ["a", "b"])
        #expect(try checkpoint.tensor("b", shape: [4]).floats() == [1, 2, 3, 4])
    }

    @Test(
        "may hold a state dict among other things",
        arguments: [
            ["state_dict"], ["model"], ["model_state_dict"], ["model", "state_dict"],
        ])
    func wrappers(_ keys: [String]) throws {
        var object = Pickle.dictionary([("a", Self.tensor), ("note", Pickle.none)])
        for key in keys.reversed() {
            object = Pickle.dictionary([("epoch", Pickle.integer(3)), (key, object)])
        }

        #expect(try open(object).names == ["a"])
    }

    @Test("may keep a tensor where others keep the state dict")
    func falseWrapper() throws {
        #expect(try open(Pickle.dictionary([("model", Self.tensor)])).names == ["model"])
    }

    @Test(
        "without tensors by name is refused",
        arguments: [
            (Pickle.emptyDict, "holds no tensors"), (Self.tensor, "a tensor"),
            (Pickle.none, "None"), (Pickle.dictionary([("net", Pickle.emptyDict)]), "'net'"),
            (
                Pickle.emptyDict + Pickle.integer(1) + Self.tensor + Pickle.setItem,
                "holds no tensors"
            ),
        ])
    func empty(_ object: [UInt8], _ words: String) throws {
        #expect(refusal(object)?.description.contains(words) == true)
    }

    @Test(
        "that contains itself ends",
        arguments: [
            // A dictionary under its own wrapper key, a list in itself.
            Pickle.emptyDict + Pickle.put(0) + Pickle.text("state_dict") + Pickle.get(0)
                + Pickle.setItem,
            Pickle.emptyList + Pickle.put(0) + Pickle.get(0) + Pickle.append,
        ])
    func cycles(_ object: [UInt8]) throws {
        #expect(refusal(object) != nil)
    }

    @Test("nested beyond any stack is no trouble")
    func depth() throws {
        let nested =
            [UInt8](repeating: 0x5D, count: 100_000)  // ((((…
            + [UInt8](repeating: 0x61, count: 99_999)
        let object = Pickle.dictionary([("deep", nested), ("a", Self.tensor)])

        #expect(try open(object).names == ["a"])
    }

    /// Pickles of a few bytes a value that would fill any memory.
    enum Growth: CaseIterable {
        case marks, dictionaries, memory, copies

        var pickle: [UInt8] {
            switch self {
            case .marks: return [UInt8](repeating: 0x28, count: 1 << 21)
            case .dictionaries: return [UInt8](repeating: 0x7D, count: 1 << 21)
            case .memory: return Pickle.emptyTuple + [UInt8](repeating: 0x94, count: 1 << 21)
            case .copies:
                // A long list of pairs, made into a dictionary again and again.
                let pairs = [[UInt8]](repeating: [0x4E, 0x4E, 0x86], count: 1 << 17)
                let arguments =
                    Pickle.emptyList + Pickle.mark + pairs.flatMap(\.self) + Pickle.appends + [0x85]
                let copies = [[UInt8]](
                    repeating: Pickle.get(0) + Pickle.get(1) + Pickle.reduce, count: 10_000)
                return PickleTests.dictionary + Pickle.put(0) + arguments + Pickle.put(1)
                    + copies.flatMap(\.self)
            }
        }
    }

    @Test(
        "that grows without end is cut off", .timeLimit(.minutes(1)), arguments: Growth.allCases)
    func growth(_ growth: Growth) throws {
        #expect(refusal(growth.pickle)?.description.contains("makes over 1048576 values") == true)
    }

    @Test(
        "claiming more than the file holds is refused before memory is set aside",
        arguments: [
            [0x58] + Assembly.little(UInt32.max), [0x58] + Assembly.little(UInt32(1 << 20)),
            [0x54] + Assembly.little(UInt32.max), [0x8C, 200], [0x8A, 255], [0x4A, 1], [0x47],
            [0x63] + Array("no end".utf8), [0x63] + [UInt8](repeating: 0x61, count: 300),
            [0x58, 2, 0, 0, 0, 0xFF, 0xFE],
        ] as [[UInt8]])
    func claims(_ object: [UInt8]) throws {
        #expect(refusal(object) != nil)
    }

    @Test(
        "with a stack it cannot have had is refused",
        arguments: [
            [0x2E], Pickle.tuple, Pickle.append, Pickle.setItem, Pickle.setItems, [0x85], [0x86],
            Pickle.put(0), [0x94], Pickle.get(9), Pickle.reduce, Pickle.build, Pickle.persistent,
            Pickle.mark + Pickle.append, Pickle.none + Pickle.mark + [0x85],
            Pickle.none + Pickle.none + Pickle.append,
            Pickle.emptyDict + Pickle.mark + Pickle.none
                + Pickle.setItems,
            Pickle.none + Pickle.emptyTuple + Pickle.reduce,
            Self.dictionary + Pickle.none + Pickle.reduce,
            Self.dictionary + Pickle.tuple([Pickle.none]) + Pickle.reduce,
            Self.dictionary + Pickle.tuple([Pickle.emptyList + Pickle.none + Pickle.append])
                + Pickle.reduce,
            Pickle.none + Pickle.emptyDict + Pickle.build,
            Pickle.emptyDict + Pickle.none + Pickle.build,
            Pickle.global("torch", "FloatStorage") + Pickle.emptyTuple + Pickle.reduce,
            Pickle.global("torch._utils", "_rebuild_parameter") + Pickle.emptyTuple + Pickle.reduce,
            Pickle.global("torch._utils", "_rebuild_tensor_v2") + Pickle.emptyTuple + Pickle.reduce,
            Pickle.global("torch", "Size") + Pickle.emptyTuple + Pickle.reduce,
            Pickle.tuple([Pickle.text("storage")]) + Pickle.persistent,
            Pickle.storage("0", count: -1), [0x80, 1], [0x80, 6],
        ] as [[UInt8]])
    func contradictions(_ object: [UInt8]) throws {
        // A sound dictionary ends each, so that only the instructions in front can be refused.
        let sound = Pickle.dictionary([("a", Self.tensor)])

        #expect(refusal(object + sound) != nil)
        #expect(try open(sound).names == ["a"])
    }

    @Test("of a tensor under two equal names is refused")
    func duplicates() throws {
        let object = Pickle.dictionary([("a", Self.tensor), ("a", Self.tensor)])
        #expect(refusal(object)?.description.contains("'a' appears twice") == true)
    }

    @Test("of a view to be negated is refused")
    func metadata() throws {
        let negated = Pickle.dictionary([("neg", Pickle.bool(true))])
        func object(_ metadata: [UInt8]) -> [UInt8] {
            let tensor = Pickle.tensor(Self.storage, shape: [4], strides: [1], also: [metadata])
            return Pickle.dictionary([("a", tensor)])
        }

        #expect(refusal(object(negated))?.description.contains("negated") == true)
        #expect(try open(object(Pickle.none)).names == ["a"])
        #expect(try open(object(Pickle.emptyDict)).names == ["a"])
    }
}

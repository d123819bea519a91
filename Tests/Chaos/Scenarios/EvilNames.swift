import Foundation
import Glibc
import Labelling
import Models
import PipelineCore
import Rehearsal
import TestSupport
import Weights

extension Scenario {
    /// Names that mean something to somebody else.
    static let evilNames = [
        Scenario(
            id: "F27",
            fault: "file names that climb, escape, end lines, are no text, or are links out",
            expectation: "nothing outside of the folder is opened; CSV and JSON Lines give every "
                + "name back, byte for byte",
            promises: [6, 8], limit: 900, play: labelEvilNames)
    ]

    /// The real submitter, the real worker and the real exporter, each watched.
    @Sendable
    private static func labelEvilNames(_ trial: Trial) async throws {
        let isHere = try WeightCache().path(of: Catalogue.entry(named: "efficientnet_lite0")) != nil
        guard isHere else { throw Skipped("the network is not in the cache") }
        let isTraced = (try? await trial.requireTracing()) != nil
        let folder = try EvilFolder(in: trial.folder)
        try trial.folder.write(
            "name: small\nshard: 8\nmembers:\n  - model: efficientnet_lite0\n", to: "small.yaml")
        func watched(_ name: String) -> [String] {
            guard isTraced, let strace = Tools.path(of: "strace") else { return [] }
            // As a child of the program, so that a signal reaches the program and not its watcher.
            return [
                strace, "-D", "-f", "-y", "-qq", "-e", "trace=open,openat,openat2", "-s", "8192",
                "-o",
                trial.folder.file("\(name).trace"),
            ]
        }
        let coordinator = try await RunningCoordinator.start(
            over: trial.folder.file("data"), under: watched("coordinator"))
        func pipeline(_ name: String, _ words: [String], _ role: Role) async throws
            -> RunningProgram
        {
            let all = watched(name) + [Program.path] + words
            return try await RunningProgram.start(
                all[0], Array(all.dropFirst()), in: nil,
                environment: [
                    "PIPELINE_COORDINATOR": coordinator.url,
                    "PIPELINE_TOKEN_FILE": coordinator.tokenFile(role),
                ])
        }
        let submitted = try await pipeline(
            "submit", ["submit", folder.path, "--pipeline", trial.folder.file("small.yaml")],
            .submitter
        ).end()
        try trial.expect(submitted.status == 0, "it cannot be submitted: \(submitted.err)")
        let run = submitted.out.trimmingCharacters(in: .whitespacesAndNewlines)
        let worker = try await pipeline("worker", ["worker", "--streams", "1"], .worker)
        let viewer = try coordinator.client(.viewer)
        guard let id = RunID(run) else { throw Failed("'\(run)' is no run") }
        try await trial.wait(for: "the run's end") {
            try trial.expect(worker.isRunning, "the worker has died: \(worker.err)")
            return try await viewer.status(of: id).run.state == .done
        }
        worker.send(SIGTERM)
        let outcome = try await worker.end()
        try trial.expect(
            outcome.status == 0, "the worker ends with \(outcome.status): \(outcome.err)")
        var names: [String: [[UInt8]]] = [:]
        var rows: [Verdict] = []
        for format in ["jsonl", "csv"] {
            let file = trial.folder.file("labels.\(format)")
            let outcome = try await pipeline(
                "export", ["export", run, "--format", format, "--output", file], .viewer
            ).end()
            try trial.expect([0, 3].contains(outcome.status), "no \(format): \(outcome.err)")
            let bytes = [UInt8](try Data(contentsOf: URL(filePath: file)))
            if format == "jsonl" { rows = try Verdict.read(bytes) }
            let texts =
                format == "jsonl" ? rows.map(\.file) : CSVReader.firstColumn(of: bytes)
            names[format] = texts.map { RelativePath(text: $0).bytes }
        }
        let expected = (folder.files + folder.links).sorted { $0.lexicographicallyPrecedes($1) }
        for (format, found) in names {
            let lost = Set(expected).subtracting(found).map { String(decoding: $0, as: UTF8.self) }
            try trial.expect(
                found == expected, "\(format) gives other names back, and lacks: \(lost)")
        }
        for row in rows {
            let isLink = folder.links.contains(RelativePath(text: row.file).bytes)
            try trial.expect(
                row.isWhole && row.status == (isLink ? "failed" : "labelled"),
                "\(row.file.prefix(80)) is \(row.status): \(row.failure?.detail ?? "")")
        }
        // The tracer would end with the signal that it passes on.
        kill(coordinator.identifier, SIGTERM)
        let ended = try await coordinator.program.end()
        try trial.expect(ended.status == 0, "the coordinator ends with \(ended.status)")
        trial.count("names given back", expected.count)
        trial.count("links out refused", folder.links.count)
        guard isTraced else { return }
        for name in ["coordinator", "submit", "worker"] {
            let trace = try String(
                decoding: Data(contentsOf: URL(filePath: trial.folder.file("\(name).trace"))),
                as: UTF8.self)
            for line in trace.split(separator: "\n") {
                // What a descriptor stands for is written behind its number.
                let result = line[(line.range(of: ") = ")?.upperBound ?? line.endIndex)...]
                try trial.expect(
                    !result.contains(folder.outside), "\(name) has opened a secret: \(line)")
            }
            trial.count("calls of open seen", trace.split(separator: "\n").count)
        }
    }
}

/// A folder of good pictures under bad names, beside pictures that are none of its business.
private struct EvilFolder {
    let path: String
    /// What the paths of everything beside it begin with.
    let outside: String
    /// The pictures in it.
    private(set) var files: [[UInt8]] = []
    /// The links that lead out of it.
    private(set) var links: [[UInt8]] = []

    init(in folder: TemporaryFolder) throws {
        path = folder.file("pictures")
        outside = folder.file("secret")
        try FileManager.default.createDirectory(atPath: outside, withIntermediateDirectories: true)
        for file in [outside + ".png", outside + "/secret.png"] {
            try Data(TinyPNG.plain(1, 2, 3)).write(to: URL(filePath: file))
        }
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        for (index, name) in Self.names.enumerated() {
            let parts = name.split(separator: UInt8(ascii: "/")).map(Array.init)
            try write(parts, index)
            // Hidden files are no part of a dataset.
            if !parts.contains(where: { $0.first == UInt8(ascii: ".") }) { files.append(name) }
        }
        for (name, target) in [
            ("leak.png", "../secret.png"), ("leak2.png", folder.file("secret.png")),
            ("leak3.png", "../secret/secret.png"), ("leakfolder.png", "../secret"),
        ] {
            guard symlink(target, path + "/" + name) == 0 else { throw Failed("no link") }
            links.append(Array(name.utf8))
        }
    }

    /// Each of its pictures, relative to the folder.
    private static var names: [[UInt8]] {
        let texts = [
            "..%2fsecret.png", "a..%2fsecret.png", "up/a..\\..\\secret.png", "%2e%2e%2fsecret.png",
            "..%252fsecret.png", "%2e%2e/secret.png",
            "..\\secret.png", "..;/secret.png", ".../secret.png", "%2fetc%2fpasswd.png",
            "etc/passwd.png", "C:\\secret.png", "\\\\host\\share\\secret.png", "file:/secret.png",
            "http:/127.0.0.1/secret.png", "line\nfeed.png", "carriage\r\nreturn.png", "tab\t.png",
            "escape\u{1B}[2Jclear.png", "\u{202E}gnp.live.png", "a\u{301}.png", "\u{E1}.png",
            "<img src=x onerror=alert(1)>.png", "\"quoted\",comma.png",
            "'; DROP TABLE shard;--.png",
            "$(touch secret).png", "`touch secret`.png", "=1+1.png", "+1.png", "-rf.png",
            "@sum.png",
            "\tformula.png", "\\x41.png", "\\\\x41.png", "\\x5C.png", "%00.png", "#.png", "?.png",
            " .png", "secret.png%00.jpg.png", "\u{FEFF}mark.png", "~.png",
        ]
        let bytes: [[UInt8]] = [
            [0xFF, 0xFE] + Array("bytes.png".utf8),
            Array("cut\u{E9}".utf8).dropLast() + Array(".png".utf8),
            [0xC0, 0xAE, 0xC0, 0xAE] + Array("overlong.png".utf8),
            [0xED, 0xA0, 0x80] + Array("surrogate.png".utf8),
            [UInt8](repeating: UInt8(ascii: "n"), count: 251) + Array(".png".utf8),
            Array(String(repeating: String(repeating: "d", count: 249) + "/", count: 15).utf8)
                + [UInt8](repeating: UInt8(ascii: "e"), count: 246) + Array(".png".utf8),
        ]
        return texts.map { Array($0.utf8) } + bytes
    }

    /// Writes a picture folder by folder: the whole path may be longer than a call may take.
    private func write(_ names: [[UInt8]], _ index: Int) throws {
        var folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        defer { close(folder) }
        for name in names.dropLast() {
            let text = name.map { CChar(bitPattern: $0) } + [0]
            mkdirat(folder, text, 0o755)
            let next = openat(folder, text, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
            close(folder)
            folder = next
        }
        let text = (names.last ?? []).map { CChar(bitPattern: $0) } + [0]
        let bytes = TinyPNG.plain(UInt8(truncatingIfNeeded: index * 5), 90, 200)
        let file = openat(folder, text, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
        defer { close(file) }
        guard file >= 0, Glibc.write(file, bytes, bytes.count) == bytes.count else {
            throw Failed("'\(String(decoding: names.joined(), as: UTF8.self))' cannot be written")
        }
    }
}

/// Reads comma-separated values by RFC 4180 alone.
private enum CSVReader {
    /// The first column below its heading.
    static func firstColumn(of bytes: [UInt8]) -> [String] {
        var column: [String] = []
        var field: [UInt8] = []
        var (isQuoted, isFirst) = (false, true)
        for byte in bytes {
            switch byte {
            case UInt8(ascii: "\""):
                // A doubled quote leaves and enters again, and stands for itself.
                isQuoted.toggle()
                if isFirst { field.append(byte) }
            case UInt8(ascii: ",") where !isQuoted:
                if isFirst { column.append(text(of: field)) }
                isFirst = false
            case UInt8(ascii: "\n") where !isQuoted:
                field = []
                isFirst = true
            default: if isFirst { field.append(byte) }
            }
        }
        return Array(column.dropFirst())
    }

    private static func text(of field: [UInt8]) -> String {
        let quote = UInt8(ascii: "\"")
        guard field.first == quote, field.last == quote, field.count > 1 else {
            return String(decoding: field, as: UTF8.self)
        }
        return String(decoding: field.dropFirst().dropLast(), as: UTF8.self)
            .replacing("\"\"", with: "\"")
    }
}

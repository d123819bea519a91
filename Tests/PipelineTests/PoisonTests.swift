import Foundation
import Glibc
import TestSupport
import Testing

/// A library that is loaded before the decoders, and kills the process at one picture.
struct PoisonedDecoder {
    /// The library.
    let path: String

    /// Builds it in `folder`, with the C compiler of Swift's toolchain: at a PNG like `picture` it
    /// does `deed`.
    init(in folder: TemporaryFolder, at picture: SamplePhoto, deed: String) async throws {
        // The checksums at the end of the pixels, before the chunk that ends the file.
        let mark = picture.png.dropLast(12).suffix(8).map(String.init).joined(separator: ", ")
        try folder.write(
            """
            #define _GNU_SOURCE
            #include <dlfcn.h>
            #include <signal.h>
            #include <string.h>
            static const unsigned char mark[] = {\(mark)};
            int spng_set_png_buffer(void *context, const void *bytes, size_t size) {
                static int (*next)(void *, const void *, size_t);
                if (memmem(bytes, size, mark, sizeof mark)) { \(deed); }
                if (!next) next = (int (*)(void *, const void *, size_t))
                    dlsym(RTLD_NEXT, "spng_set_png_buffer");
                return next(context, bytes, size);
            }
            """, to: "poison.c")
        path = folder.file("poison.so")
        let compiler = try await RunningProgram.start(
            "/usr/bin/env",
            ["clang", "-shared", "-fPIC", "-o", path, folder.file("poison.c"), "-ldl"],
            in: nil, environment: [:])
        let outcome = try await compiler.end()
        try #require(outcome.status == 0, "\(outcome.err)")
    }
}

@Suite("A photo that ends its worker", .enabled(if: Networks.areHere), .serialized)
struct PoisonTests {
    let folder = TemporaryFolder()

    /// What ends a worker, and after how many deaths the photo is found at most, among eight, when a
    /// worker has up to four photos in hand: two that are computed, two that are decoded.
    static let deeds: [(deed: String, deaths: Int)] = [
        ("raise(SIGSEGV)", 2), ("__builtin_trap()", 2), ("raise(SIGKILL)", 4),
    ]

    @Test("is quarantined, and every other one is labelled", arguments: deeds)
    func poison(_ deed: String, deaths most: Int) async throws {
        let decoder = try await PoisonedDecoder(in: folder, at: SamplePhoto(index: 5), deed: deed)
        let dataset = try SampleDataset(0..<16)
        let definition = try Networks.smallDefinition(in: folder)
        let coordinator = try await RunningCoordinator.start(over: folder.file("data"))
        let submitted = try await Program.run(
            "submit", dataset.path, "--pipeline", definition,
            environment: coordinator.access(as: "submitter"))
        let run = submitted.out.trimmingCharacters(in: .newlines)
        let access = coordinator.access(as: "worker").merging(["LD_PRELOAD": decoder.path]) { $1 }
        var deaths = 0
        while deaths <= most {
            let worker = try await Program.start(
                [
                    "worker", "--streams", "1", "--batch", "2", "--state", folder.file("state"),
                ], environment: access)
            guard try await !ends(run, at: coordinator, before: worker) else {
                worker.send(SIGKILL)
                break
            }
            deaths += 1
        }
        let quarantine = try await Program.run(
            "quarantine", "list", run, environment: coordinator.access(as: "viewer"))
        let export = try await Program.run(
            "export", run, environment: coordinator.access(as: "viewer"))
        let rows = try ManifestRow.read(Data(export.out.utf8))

        #expect(deaths <= most, "\(quarantine.out)")
        #expect(rows.count == 16, "\(export.err)")
        #expect(rows.filter { $0.status == "labelled" }.count == 15)
        #expect(rows.first { $0.failure != nil }?.file == SampleDataset.name(5))
        #expect(rows.first { $0.failure != nil }?.failure?.reason == "quarantined")
        #expect(quarantine.out.contains("row 5: \(SampleDataset.name(5))"))
    }

    /// Waits until the run is done; false when the worker dies before.
    private func ends(
        _ run: String, at coordinator: RunningCoordinator, before worker: RunningProgram
    ) async throws -> Bool {
        // A lease that was granted just as its worker died waits for its term.
        for _ in 0..<1200 where worker.isRunning {
            let status = try await Program.run(
                "status", run, environment: coordinator.access(as: "viewer"))
            if status.out.contains("16 of 16 images done") { return true }
            try await Task.sleep(for: .milliseconds(100))
        }
        return false
    }
}

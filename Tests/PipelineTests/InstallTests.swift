import Foundation
import TestSupport
import Testing

@Suite("An installed program")
struct InstallTests {
    let prefix = TemporaryFolder()

    @Test("finds the definitions that were installed with it, from any folder")
    func definitions() async throws {
        let bin = prefix.file("bin")
        let definitions = prefix.file("share/pipeline/Pipelines")
        for folder in [bin, definitions] {
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true)
        }
        try FileManager.default.copyItem(atPath: Program.path, toPath: bin + "/pipeline")
        // Its mistake shows that this is the file that was read.
        try prefix.write(
            "name: mine\nmembrs: []\n", to: "share/pipeline/Pipelines/mine.yaml")
        let program = try await RunningProgram.start(
            bin + "/pipeline", ["label", ".", "--pipeline", "mine"], in: nil, environment: [:])
        let outcome = try await program.end()

        #expect(outcome.status == 65, "\(outcome.err)")
        #expect(outcome.err.contains("share/pipeline/Pipelines/mine.yaml:2:1"))
    }
}

import Foundation

/// The files that suites keep beside their sources.
package enum Fixtures {
    private static let tests = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent()

    /// The path of a file beneath `Tests`.
    static func path(_ name: String) -> String { tests.appending(path: name).path }

    /// The contents of the files in a folder beneath `Tests` whose names end so, in their order.
    static func contents(_ folder: String, _ endings: String...) throws -> [[UInt8]] {
        let manager = FileManager.default
        let names = (try? manager.contentsOfDirectory(atPath: path(folder))) ?? []
        return try names.sorted().filter { name in endings.contains { name.hasSuffix($0) } }
            .map { [UInt8](try Data(contentsOf: tests.appending(path: "\(folder)/\($0)"))) }
    }
}

extension Parser {
    /// Inputs that were found once, and are kept so that none comes back: paths, in their order.
    package var kept: [String] {
        let folder = Fixtures.path("FuzzingTests/Fixtures/\(rawValue)")
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return names.sorted().map { folder + "/" + $0 }
    }
}

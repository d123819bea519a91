import Foundation
import Glibc
import PipelineCore

/// The tokens of a coordinator, one file a role, which nobody but their owner can read.
struct TokenFiles {
    let folder: String

    /// The tokens in `folder`, which need not be there yet.
    init(in folder: String) { self.folder = folder }

    /// Where the token of `role` lies.
    func path(of role: Role) -> String { "\(folder)/\(role.rawValue)" }

    /// Sees to it that every role has a token which `store` knows.
    ///
    /// A file whose token the store knows is kept, so that restarting a coordinator locks nobody
    /// out; every other one is replaced.
    func provide(to store: some TokenStore) async throws {
        try makeFolder(folder, mode: 0o700)
        for role in Role.allCases where try await !isKnown(role, to: store) {
            var generator = SystemRandomNumberGenerator()
            let token = BearerToken(role: role, using: &generator)
            try write(token, to: path(of: role))
            try await store.add(TokenRecord(digest: token.digest, role: role, name: "default"))
        }
    }

    private func isKnown(_ role: Role, to store: some TokenStore) async throws -> Bool {
        guard let bytes = FileManager.default.contents(atPath: path(of: role)) else { return false }
        let text = String(decoding: bytes, as: UTF8.self)
            .trimmingCharacters(in: .whitespacesAndNewlines)
        return try await store.token(BearerToken(text: text).digest)?.role == role
    }

    private func write(_ token: BearerToken, to path: String) throws {
        let draft = path + ".new"
        unlink(draft)
        let descriptor = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else {
            throw Failure(systemError: errno, "the token file '\(path)' cannot be written")
        }
        defer { close(descriptor) }
        do throws(OutputError) {
            try writeAll(Array((token.text + "\n").utf8), to: descriptor)
        } catch {
            throw Failure(systemError: errno, "the token file '\(path)' cannot be written")
        }
        guard fsync(descriptor) == 0, rename(draft, path) == 0 else {
            throw Failure(systemError: errno, "the token file '\(path)' cannot be written")
        }
    }
}

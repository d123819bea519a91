import Foundation
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
    /// A file whose token counts is kept, so that restarting a coordinator locks nobody out; every
    /// other one is replaced, which is the way back in for whoever has lost the admin's.
    func provide(to store: some TokenStore) async throws {
        try makeFolder(folder, mode: 0o700)
        for role in Role.allCases where try await !isKnown(role, to: store) {
            var generator = SystemRandomNumberGenerator()
            let token = BearerToken(role: role, using: &generator)
            try SecretFile.replace(path(of: role), with: token.text)
            try await store.add(
                TokenRecord(
                    digest: token.digest, role: role, name: "default",
                    created: Int(Date().timeIntervalSince1970)))
        }
    }

    private func isKnown(_ role: Role, to store: some TokenStore) async throws -> Bool {
        guard let bytes = FileManager.default.contents(atPath: path(of: role)) else { return false }
        let text = String(decoding: bytes, as: UTF8.self)
            .trimmingCharacters(in: .whitespacesAndNewlines)
        let record = try await store.token(BearerToken(text: text).digest)
        return record?.role == role
            && record?.state(at: Int(Date().timeIntervalSince1970)) == .valid
    }
}

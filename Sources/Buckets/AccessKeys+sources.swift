import Foundation
package import Transport

extension AccessKeys {
    /// The keys in the environment, under the names that Amazon's own tools read; nil without.
    package init?(environment: [String: String]) {
        guard let identifier = environment["AWS_ACCESS_KEY_ID"], !identifier.isEmpty,
            let secret = environment["AWS_SECRET_ACCESS_KEY"], !secret.isEmpty
        else { return nil }
        self.init(
            identifier: identifier, secret: secret,
            token: environment["AWS_SESSION_TOKEN"].flatMap { $0.isEmpty ? nil : $0 })
    }

    /// The keys in a file of Amazon's form, `aws_access_key_id = …` and so on a line each, of its
    /// first section.
    ///
    /// Throws ``BucketError/badKeys(path:_:)``, which shows nothing of the file's content.
    package init(file path: String) throws(BucketError) {
        guard let data = try? Data(contentsOf: URL(filePath: path)), data.count < 1 << 16 else {
            throw .badKeys(path: path, "it cannot be read")
        }
        var values: [String: String] = [:]
        for line in String(decoding: data, as: UTF8.self).split(whereSeparator: \.isNewline) {
            if line.first == "[", !values.isEmpty { break }
            let halves = line.split(separator: "=", maxSplits: 1).map {
                $0.trimmingCharacters(in: .whitespaces)
            }
            guard halves.count == 2 else { continue }
            values[halves[0].lowercased()] = halves[1]
        }
        guard let identifier = values["aws_access_key_id"],
            let secret = values["aws_secret_access_key"]
        else {
            throw .badKeys(
                path: path,
                "it has no lines 'aws_access_key_id = …' and "
                    + "'aws_secret_access_key = …'")
        }
        self.init(identifier: identifier, secret: secret, token: values["aws_session_token"])
    }
}

import ArgumentParser
import Buckets
import Foundation
import Transport

/// Where the object store of an `s3://` dataset is.
struct StoreOptions: ParsableArguments {
    @Option(
        name: .customLong("s3-endpoint"),
        help: ArgumentHelp(
            "The object store of an s3:// dataset, such as https://minio.lan:9000.",
            discussion: "Default: $AWS_ENDPOINT_URL_S3, $AWS_ENDPOINT_URL, or Amazon's own.",
            valueName: "url"))
    var endpoint: String?

    @Option(
        name: .customLong("s3-region"),
        help: ArgumentHelp(
            "The store's region.",
            discussion: "Default: $AWS_REGION, $AWS_DEFAULT_REGION, or us-east-1.",
            valueName: "name"))
    var region: String?

    func validate() throws {
        guard endpoint == nil || StorePlace(endpoint: endpoint) != nil else {
            throw ValidationError(
                "--s3-endpoint is http:// or https://, a host and perhaps a port, and nothing else."
            )
        }
        guard StorePlace(region: region) != nil else {
            throw ValidationError("--s3-region is a name such as eu-central-1.")
        }
    }

    /// Where the store is, from options and environment.
    func place() throws -> StorePlace {
        let variables = ProcessInfo.processInfo.environment
        let named = { (names: [String]) in
            names.lazy.compactMap { variables[$0] }.first { !$0.isEmpty }
        }
        let endpoint = endpoint ?? named(["AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL"])
        let region = region ?? named(["AWS_REGION", "AWS_DEFAULT_REGION"])
        guard let place = StorePlace(endpoint: endpoint, region: region) else {
            throw Failure(
                .wrongUse, "the environment names an object store that cannot be one",
                hint: "look at AWS_ENDPOINT_URL and AWS_REGION, or give --s3-endpoint")
        }
        return place
    }
}

/// What proves to an object store who asks.
struct StoreKeyOptions: ParsableArguments {
    @Option(
        name: .customLong("s3-keys"),
        help: ArgumentHelp(
            "A file with the keys of an object store, of the form of ~/.aws/credentials.",
            discussion: "Default: $AWS_ACCESS_KEY_ID, $AWS_SECRET_ACCESS_KEY and "
                + "$AWS_SESSION_TOKEN; without keys, only what anybody may read is read.",
            valueName: "file"),
        completion: .file())
    var file: String?

    /// The keys; nil where there are none.
    func keys() throws -> AccessKeys? {
        if let file { return try AccessKeys(file: file) }
        return AccessKeys(environment: ProcessInfo.processInfo.environment)
    }
}

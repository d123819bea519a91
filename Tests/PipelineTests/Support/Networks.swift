import Foundation
import Models
import TestSupport
import Weights

/// The pretrained networks that runs of the program need.
enum Networks {
    /// Whether the cache has all three, for `.enabled(if:)`; says why a suite is skipped.
    static let areHere: Bool = {
        let cache = WeightCache()
        let isComplete = ["efficientnet_lite0", "efficientnet_lite1", "efficientnet_lite2"]
            .allSatisfy { name in
                (try? Catalogue.entry(named: name)).flatMap { try? cache.path(of: $0) } != nil
            }
        if !isComplete {
            print("skipped: the networks are not in the cache; 'make test' fetches them")
        }
        return isComplete
    }()

    /// A definition with one small network and small shards, as a file.
    static func smallDefinition(in folder: TemporaryFolder) throws -> String {
        try folder.write(
            """
            name: small
            shard: 8
            members:
              - model: efficientnet_lite0

            """, to: "small.yaml")
        return folder.file("small.yaml")
    }
}

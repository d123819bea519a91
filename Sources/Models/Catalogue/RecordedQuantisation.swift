import Foundation
package import PipelineCore

/// The artefacts of 8-bit arithmetic that come with the catalogue.
///
/// `scripts/record_quantisation.sh` wrote them. The suite over the catalogue reads every one; what
/// could not be read would be as if it had never been recorded.
package enum RecordedQuantisation {
    /// Every artefact, by the digest of its weights.
    package static let artefacts: [SHA256Digest: QuantisationArtefact] = {
        let files = [
            PackageResources.efficientnet_lite0_int8_json,
            PackageResources.efficientnet_lite1_int8_json,
            PackageResources.efficientnet_lite2_int8_json,
        ]
        let artefacts = files.compactMap {
            try? JSONDecoder().decode(QuantisationArtefact.self, from: Data($0))
        }
        return Dictionary(
            artefacts.map { ($0.source, $0) }, uniquingKeysWith: { first, _ in first })
    }()

    /// What is known of integers for the weights of that digest.
    package static func artefact(of weights: SHA256Digest) -> QuantisationArtefact? {
        artefacts[weights]
    }
}

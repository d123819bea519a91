import Foundation
import PipelineCore

/// The artefacts of 8-bit arithmetic that come with the catalogue.
///
/// `scripts/record_quantisation.sh` wrote them. The suite over the catalogue reads every one; what
/// could not be read would be as if it had never been recorded.
enum RecordedQuantisation {
    static let efficientNetLite0 = artefact(PackageResources.efficientnet_lite0_int8_json)
    static let efficientNetLite1 = artefact(PackageResources.efficientnet_lite1_int8_json)
    static let efficientNetLite2 = artefact(PackageResources.efficientnet_lite2_int8_json)

    private static func artefact(_ json: [UInt8]) -> QuantisationArtefact? {
        try? JSONDecoder().decode(QuantisationArtefact.self, from: Data(json))
    }
}

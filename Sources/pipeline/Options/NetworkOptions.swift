import ArgumentParser
import Datasets
import PipelineCore
import Transport

/// Where images may be fetched from.
struct NetworkOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Fetch images from this part of a private network, too; may be given several times.",
            discussion: "Addresses in data sets otherwise lead to public hosts only.",
            valueName: "address/bits"),
        transform: { text in
            guard let range = AddressRange(text) else {
                throw ValidationError("--allow-net is an address range such as 10.0.0.0/8.")
            }
            return range
        })
    var allowNet: [AddressRange] = []

    /// Fetches what has an address of its own.
    var web: WebImages { WebImages(network: NetworkGuard(allowing: allowNet)) }

    /// Reads the images of any dataset from there, those in object stores under `keys`.
    ///
    /// A store that `isChosenHere`, by the person at this command, may be anywhere.
    func images(keys: AccessKeys?, isChosenHere: Bool = false) -> any ImageSource {
        AnyImages(
            web: web,
            buckets: BucketImages(
                keys: keys,
                network: isChosenHere ? nil : NetworkGuard(allowing: allowNet)))
    }
}

/// A reader of bytes that somebody else wrote.
///
/// A new one is a case here, a call in ``read(_:)`` and its seeds in ``seeds()``; the guided fuzzer,
/// the blind one and the suite then play it like the others.
package enum Parser: String, Sendable, CaseIterable {
    /// Bodies of requests, as the coordinator decodes them.
    case request
    /// Bodies of answers, as workers and submitters decode them.
    case answer
    /// The header that asks a client to come again later.
    case retry
    /// A manifest's lines.
    case manifest
    /// A shard's result file.
    case result
    /// What a dead worker left.
    case marker
    /// A pipeline definition.
    case definition
    /// Recorded ranges of 8-bit arithmetic, and a network planned by them.
    case ranges
    /// The networks that a user added.
    case added
    /// The classes that a user named.
    case classes
    /// A parameter file with a header of JSON.
    case safetensors
    /// A parameter file that is a zip archive with a pickle.
    case pytorch
    /// A parameter file that is pickles and bytes.
    case legacy
    /// A network as others write it down.
    case onnx
    /// A zip archive that holds weights.
    case wheel
    /// A picture.
    case jpeg, png, webp
    /// An archive of pictures.
    case tar
    /// The lines of a list of images.
    case names, csv, jsonl
    /// What an object store says of its objects, and of what it refuses.
    case listing
    /// Where a bucket is, as runs write it down.
    case place

    /// How bytes were taken.
    package enum Outcome: String, Sendable {
        /// They made sense.
        case read
        /// They were refused, and why was said.
        case refused
        /// They were refused without a word.
        case silent
    }

    /// Reads `bytes` the way that the program would, and looks at all that comes of them.
    ///
    /// It never throws: a crash, a hang, much memory, a refusal without words and a broken promise
    /// are what somebody watches for.
    package func read(_ bytes: [UInt8]) -> Outcome {
        do {
            switch self {
            case .request: try readRequest(bytes)
            case .answer: try readAnswer(bytes)
            case .retry: readRetry(bytes)
            case .manifest: try readManifest(bytes)
            case .result: try readResult(bytes)
            case .marker: try readMarker(bytes)
            case .definition: try readDefinition(bytes)
            case .ranges: try readRanges(bytes)
            case .added: try readAdded(bytes)
            case .classes: try readClasses(bytes)
            case .safetensors, .pytorch, .legacy: try readCheckpoint(bytes)
            case .onnx: try readNetwork(bytes)
            case .wheel: try readWheel(bytes)
            case .jpeg, .png, .webp: try readPicture(bytes)
            case .tar: try readArchive(bytes)
            case .names, .csv, .jsonl: try readList(bytes)
            case .listing: try readListing(bytes)
            case .place: try readPlace(bytes)
            }
            return .read
        } catch {
            return "\(error)".isEmpty ? .silent : .refused
        }
    }
}

/// Bytes that hold nothing to read.
struct Nothing: Error, CustomStringConvertible {
    let description: String
}

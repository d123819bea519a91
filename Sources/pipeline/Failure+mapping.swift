import Benchmarking
import Buckets
import Checkpoints
import Coordination
import Datasets
import Definitions
import Interchange
import Labelling
import Models
import PipelineCore
import Reporting
import Results
import Weights

extension Failure {
    /// The one place where the parts' errors become what a person is told and a process ends with.
    init(_ error: any Error) {
        switch error {
        case let error as Failure: self = error
        case let error as OutputError: self.init(error)
        case let error as DefinitionError: self.init(error)
        case let error as DatasetError: self.init(error)
        case let error as BucketError: self.init(.noInput, error.description)
        case let error as StoreError: self.init(error)
        case let error as ObjectError: self.init(error)
        case let error as CoordinatorError: self.init(error)
        case let error as ClientError: self.init(error)
        case let error as CatalogueError: self.init(error)
        case let error as WeightError: self.init(error)
        case let error as MeasurementError: self.init(.inputOutput, error.description)
        case let error as CheckpointError: self.init(error)
        case let error as ONNXError: self.init(error)
        case let error as LabellingError: self.init(.wrongData, error.description)
        case let error as ReportError: self.init(error)
        case let error as ResultError: self.init(.wrongData, error.description)
        case let error as any Error & CustomStringConvertible:
            self.init(.fault, error.description, hint: Self.pleaseReport)
        default: self.init(.fault, "\(error)", hint: Self.pleaseReport)
        }
    }

    private static let pleaseReport =
        "this should not happen: please report it, with the command and these lines"

    private init(_ error: OutputError) {
        switch error {
        case .closed: self.init(.inputOutput, "standard output was closed")
        case .failed(let code): self.init(systemError: code, "standard output cannot be written")
        }
    }

    private init(_ error: DefinitionError) {
        let place = error.place.map { "\(error.file):\($0.line):\($0.column)" } ?? error.file
        // Without a place, it is not what is in the file that is wrong, but that there is none.
        self.init(
            error.place == nil ? .noInput : .wrongData, "\(place): \(error.problem)",
            hint: error.hint)
    }

    private init(_ error: DatasetError) {
        let status: ExitStatus =
            switch error {
            case .missing, .notAFolder: .noInput
            case .unreadable: .notPermitted
            case .badList, .badArchive, .twoLabels: .wrongData
            case .notListed: .unavailable
            case .unwritable: .inputOutput
            case .noSpace: .notNow
            }
        self.init(status, error.description)
    }

    private init(_ error: StoreError) {
        let status: ExitStatus =
            switch error {
            case .unknownRun, .unknownShard: .noInput
            case .staleLease, .notNow, .unheard: .notNow
            case .workerQuarantined: .notPermitted
            case .notQuarantined, .workerNotQuarantined, .unknownToken: .noInput
            case .tokenExists: .notNow
            case .noSpace: .notNow
            case .unusable: .wrongData
            case .inUse: .inUse
            case .failed: .inputOutput
            }
        self.init(status, error.description)
    }

    private init(_ error: ObjectError) {
        let status: ExitStatus =
            switch error {
            case .missing, .mismatch, .tooLarge: .wrongData
            case .noSpace, .unreachable: .notNow
            case .failed: .inputOutput
            }
        self.init(status, error.description)
    }

    private init(_ error: CoordinatorError) {
        switch error {
        case .portTaken:
            self.init(
                .unavailable, error.description, hint: "for example --port 0, or stop that program")
        case .notPermitted: self.init(.notPermitted, error.description)
        case .notOurs, .noSuchHost, .failed: self.init(.unavailable, error.description)
        case .noSuchPort, .openToAll: self.init(.wrongUse, error.description)
        case .badCertificate: self.init(.wrongData, error.description)
        case .undeclared: self.init(.fault, error.description, hint: Self.pleaseReport)
        }
    }

    private init(_ error: CatalogueError) {
        let status: ExitStatus =
            switch error {
            case .unknownModel: .noInput
            case .differentClasses, .noMembers, .notQuantised, .otherWeights: .wrongData
            case .notPinned: .unavailable
            }
        self.init(status, error.description)
    }

    private init(_ error: WeightError) {
        let status: ExitStatus =
            switch error {
            case .damaged, .wrongWheel, .wrongFile, .unknownFile: .wrongData
            case .noPip, .noNetwork, .downloadFailed, .badAddress, .unreachable, .notServed,
                .notFetched:
                .unavailable
            case .unreadable: .noInput
            case .unwritable: .inputOutput
            case .noSpace: .notNow
            }
        self.init(status, error.description)
    }

    private init(_ error: CheckpointError) {
        let status: ExitStatus =
            switch error {
            case .notFound, .unreadable: .noInput
            case .unwritable: .inputOutput
            default: .wrongData
            }
        self.init(status, error.description)
    }

    private init(_ error: ONNXError) {
        switch error {
        case .file(let error): self.init(error)
        case .openSize: self.init(.wrongUse, error.description)
        default: self.init(.wrongData, error.description)
        }
    }

    private init(_ error: ReportError) {
        let status: ExitStatus =
            switch error {
            case .unfinished: .notNow
            case .missing, .damaged: .wrongData
            }
        self.init(status, error.description)
    }
}

extension Failure {
    /// Where a token comes from; of no use to anybody but its owner.
    private static let tokenHint =
        "name the token's file with --token-file, or put it into PIPELINE_TOKEN_FILE"

    fileprivate init(_ error: ClientError) {
        switch error {
        case .badURL: self.init(.wrongUse, error.description)
        case .unreachable:
            self.init(
                .unavailable, error.description,
                hint: "--coordinator or PIPELINE_COORDINATOR says where it listens")
        case .unauthorised, .forbidden:
            self.init(.notPermitted, error.description, hint: Self.tokenHint)
        case .tokenEnded, .quarantined: self.init(.notPermitted, error.description)
        case .untrusted:
            self.init(
                .notPermitted, error.description,
                hint: "--ca names the authority of the coordinator's certificate, --client-cert "
                    + "and --client-key what it asks of this side")
        case .refused(let code, let problem): self.init(refusal: problem, code)
        case .otherProtocol: self.init(.otherProtocol, error.description)
        case .malformed: self.init(.otherProtocol, error.description)
        case .unreadable: self.init(.inputOutput, error.description)
        case .cancelled: self.init(.interrupted, error.description)
        }
    }

    /// A coordinator's refusal, by the word or the HTTP status it came with.
    private init(refusal problem: Problem, _ code: Int) {
        let status: ExitStatus =
            switch (problem.code, code) {
            case (_, 404): .noInput
            case ("other-protocol", _): .otherProtocol
            case (_, 401), (_, 403): .notPermitted
            case (_, 409), (_, 429), (_, 503), (_, 507): .notNow
            case (_, 500...): .unavailable
            default: .wrongData
            }
        self.init(status, problem.message)
    }
}

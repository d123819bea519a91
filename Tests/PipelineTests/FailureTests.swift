import Coordination
import Datasets
import Glibc
import Labelling
import Models
import PipelineCore
import Testing

@testable import pipeline

@Suite("An error at the top")
struct FailureTests {
    static let problem = Problem(code: "x", message: "words")

    static let cases: [(any Error, pipeline.ExitStatus)] = [
        (Failure(.notNow, "words"), .notNow),
        (DatasetError.missing(RelativePath(text: "words")), .noInput),
        (DatasetError.notAFolder(RelativePath(text: "words")), .noInput),
        (DatasetError.unreadable(RelativePath(text: "x"), "words"), .notPermitted),
        (DatasetError.noSpace("words"), .notNow),
        (StoreError.inUse(path: "x", owner: "words"), .inUse),
        (StoreError.noSpace("words"), .notNow),
        (StoreError.unusable(path: "x", detail: "words"), .wrongData),
        (StoreError.failed("words"), .inputOutput),
        (ObjectError.noSpace("words"), .notNow),
        (ObjectError.failed("words"), .inputOutput),
        (CoordinatorError.portTaken(host: "words", port: 1), .unavailable),
        (CoordinatorError.notPermitted(port: 1), .notPermitted),
        (CoordinatorError.openToAll("words"), .wrongUse),
        (CatalogueError.unknownModel("words", known: []), .noInput),
        (CatalogueError.noMembers(definition: "words"), .wrongData),
        (LabellingError.model("x", detail: "words"), .wrongData),
        (ClientError.badURL("x", detail: "words"), .wrongUse),
        (ClientError.unreachable(url: "x", detail: "words"), .unavailable),
        (ClientError.unauthorised(url: "words"), .notPermitted),
        (ClientError.tokenEnded(url: "x", detail: "words"), .notPermitted),
        (ClientError.untrusted(url: "x", detail: "words"), .notPermitted),
        (StoreError.unknownToken(name: "words"), .noInput),
        (StoreError.tokenExists(name: "words", role: .viewer), .notNow),
        (CoordinatorError.badCertificate(path: "x", detail: "words"), .wrongData),
        (CoordinatorError.undeclared(["words"]), .fault),
        (ClientError.forbidden(url: "x", detail: "words"), .notPermitted),
        (ClientError.quarantined(url: "x", detail: "words"), .notPermitted),
        (ClientError.otherProtocol(url: "words", theirs: "2"), .otherProtocol),
        (ClientError.malformed(url: "x", detail: "words"), .otherProtocol),
        (ClientError.refused(status: 404, problem), .noInput),
        (ClientError.refused(status: 409, problem), .notNow),
        (ClientError.refused(status: 507, problem), .notNow),
        (ClientError.refused(status: 500, problem), .unavailable),
        (ClientError.refused(status: 400, problem), .wrongData),
        (OutputError.failed(ENOSPC), .notNow),
        (OutputError.failed(EIO), .inputOutput),
    ]

    @Test("ends the process with the documented code", arguments: cases.indices)
    func status(row: Int) {
        let (error, status) = Self.cases[row]
        #expect(Failure(error).status == status, "\(error)")
    }

    @Test("keeps the words of the part that failed")
    func words() {
        let error = StoreError.inUse(path: "jobs", owner: "process 7")

        #expect(Failure(error).message == error.description)
        #expect(Failure(ClientError.refused(status: 400, Self.problem)).message == "words")
    }

    @Test("that nobody foresaw asks to be reported")
    func unforeseen() {
        struct Odd: Error {}
        let failure = Failure(Odd())

        #expect(failure.status == .fault)
        #expect(failure.text.hasPrefix("error: Odd()\nhint: "))
        #expect(failure.text.contains("please report it"))
    }

    @Test("says on its second line what to do")
    func text() {
        #expect(Failure(.notNow, "no").text == "error: no")
        #expect(Failure(.notNow, "no", hint: "yes").text == "error: no\nhint: yes")
    }
}

import Foundation
import Glibc

extension Failure {
    /// A failure of the file system at `what`; the error number decides about the status.
    init(_ error: any Error, _ what: String, hint: String? = nil) {
        let failure = error as NSError
        let underlying = failure.userInfo[NSUnderlyingErrorKey] as? NSError ?? failure
        let code = underlying.domain == NSPOSIXErrorDomain ? CInt(underlying.code) : 0
        self.init(systemError: code, what, words: reason(error), hint: hint)
    }

    /// A failure of the file system at `what`, by its error number.
    init(systemError code: CInt, _ what: String, words: String? = nil, hint: String? = nil) {
        let words = words ?? String(cString: strerror(code))
        switch code {
        case ENOSPC, EDQUOT:
            self.init(
                .notNow, "\(what): \(words)",
                hint: "free some space and run the same command again")
        case EACCES, EPERM, EROFS:
            self.init(.notPermitted, "\(what): \(words)", hint: hint)
        default:
            self.init(.inputOutput, "\(what): \(words)", hint: hint)
        }
    }
}

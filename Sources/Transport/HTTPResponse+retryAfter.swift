import CCurl
import Foundation

extension HTTPResponse {
    /// No server is taken at its word for longer than this: whoever sends nonsense, or has a clock
    /// that is years ahead, must not put a client to sleep for good.
    package static let longestRetryAfter = Duration.seconds(600)

    /// How long the server asks to wait, at most ten minutes; nil where it says nothing sensible.
    ///
    /// RFC 9110 has it write seconds or a date. A date is measured from the answer's own `Date`
    /// where there is one, so that it does not matter how far the two hosts' clocks are apart, and
    /// otherwise from `now`, in seconds since 1970.
    package func retryAfter(at now: Int = time(nil)) -> Duration? {
        guard let text = headers["retry-after"], !text.isEmpty else { return nil }
        if text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) {
            // More digits than a number can have ask for longer than anything, too.
            return min(Int(text).map { .seconds($0) } ?? .seconds(Int.max), Self.longestRetryAfter)
        }
        guard let date = Self.seconds(of: text) else { return nil }
        let (wait, overflow) = date.subtractingReportingOverflow(
            headers["date"].flatMap(Self.seconds) ?? now)
        guard !overflow else { return nil }
        return min(.seconds(max(0, wait)), Self.longestRetryAfter)
    }

    /// A date in any of the forms that HTTP knows, in seconds since 1970; nil for any other text.
    private static func seconds(of date: String) -> Int? {
        let seconds = curl_getdate(date, nil)
        return seconds < 0 ? nil : seconds
    }
}

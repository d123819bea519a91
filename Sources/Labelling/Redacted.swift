/// A secret that says nothing of itself wherever it is printed, logged or mirrored.
package struct Redacted<Secret: Sendable>: Sendable {
    /// The secret, for the one place that sends it.
    package let value: Secret

    /// Hides `value`.
    package init(_ value: Secret) { self.value = value }
}

extension Redacted: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "[redacted]" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: []) }
}

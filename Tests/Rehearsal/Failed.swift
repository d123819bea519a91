/// An expectation did not hold.
package struct Failed: Error, CustomStringConvertible {
    /// Which one, and what was found instead.
    package let description: String

    /// Tells in a sentence.
    package init(_ description: String) { self.description = description }
}

/// The program was called wrongly.
package struct Misuse: Error, CustomStringConvertible {
    /// What is wrong, and how it is called.
    package let description: String

    /// Tells in a sentence.
    package init(_ description: String) { self.description = description }
}

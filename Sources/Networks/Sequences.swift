/// How a feature map `[d, h, w]` becomes a sequence `[d, 1, n]`.
package struct Tokens: Sendable, Hashable {
    /// Name of a token that is put before the others, `[1, 1, d]`; nil where there is none.
    package var classToken: String?
    /// Name of what is added to the sequence, `[1, n, d]`, the class token included; nil where
    /// nothing is.
    package var position: String?

    /// Names both fields.
    package init(classToken: String?, position: String?) {
        self.classToken = classToken
        self.position = position
    }
}

/// `softmax(q·k / √(d / heads))·v` for each head.
///
/// Of the input's `3d` channels the first `d` are queries, the next keys, the last values; a head
/// has `d / heads` neighbouring channels of each.
package struct Attention: Sendable, Hashable {
    /// Parts that attend each for itself; divides `d`.
    package var heads: Int

    /// Names the number of heads.
    package init(heads: Int) { self.heads = heads }
}

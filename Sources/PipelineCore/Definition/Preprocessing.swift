/// How a photograph becomes a network's input: resize the shorter side, keep the centred square,
/// normalise each channel.
package struct Preprocessing: Sendable, Hashable, Codable {
    /// The resampling filter, with antialiasing, as Pillow computes it.
    package enum Interpolation: String, Sendable, Hashable, Codable, CaseIterable {
        case bilinear
        case bicubic
    }

    /// Length of the shorter side after the resize, in pixels.
    package var resize: Int
    /// Side of the centred square that is kept, in pixels.
    package var crop: Int
    /// The filter of the resize.
    package var interpolation: Interpolation
    /// What is subtracted from each channel's 0...255 value: R, G, B.
    package var mean: [Float]
    /// What the difference is divided by: R, G, B.
    package var std: [Float]

    /// Names every step; `mean` and `std` hold three values each.
    package init(
        resize: Int, crop: Int, interpolation: Interpolation, mean: [Float], std: [Float]
    ) {
        self.resize = resize
        self.crop = crop
        self.interpolation = interpolation
        self.mean = mean
        self.std = std
    }
}

/// How closely decoding follows the reference decoder.
package enum DecodeMode: String, Sendable, Hashable, Codable, CaseIterable {
    /// The reference's pixels, byte for byte.
    case exact
    /// Whatever is faster and keeps the labels.
    case fast
}

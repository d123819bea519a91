import PipelineCore

/// The kernels of Pillow's resampling (src/libImaging/Resample.c), before they are stretched.
extension Preprocessing.Interpolation {
    /// The distance from which on ``weight(_:)`` is zero.
    var support: Double {
        switch self {
        case .bilinear: 1
        case .bicubic: 2
        }
    }

    /// The weight of a pixel at `distance` from the centre.
    ///
    /// The order of the operations is Pillow's, so that the last bit of a double agrees.
    func weight(_ distance: Double) -> Double {
        let x = abs(distance)
        switch self {
        case .bilinear:
            return x < 1 ? 1 - x : 0
        case .bicubic:
            // Keys 1981, "Cubic convolution interpolation for digital image processing".
            let a = -0.5
            if x < 1 { return ((a + 2) * x - (a + 3)) * x * x + 1 }
            if x < 2 { return (((x - 5) * x + 8) * x - 4) * a }
            return 0
        }
    }
}

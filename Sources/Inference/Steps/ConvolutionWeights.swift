import Networks

/// A convolution's weights in the arithmetic of its kernel: floats, or whole numbers -127...127
/// with a scale for each output channel.
struct ConvolutionWeights {
    /// `[channels, input channels / groups, kernel height, kernel width]`, whole where quantised.
    let numbers: [Float]
    /// What one step of each output channel's numbers is worth; 1 for floats.
    let scale: [Float]
    /// Each output channel's sum of numbers.
    let sums: [Float]

    private let geometry: Convolution
    private let element: Element

    init(_ layer: ConvolutionLayer, _ input: Format) {
        geometry = layer.geometry
        element = input.element
        let channels = layer.bias.count
        guard element == .u8 else {
            numbers = layer.weights
            scale = Array(repeating: 1, count: channels)
            sums = scale
            return
        }
        let whole = WholeWeights(layer.weights, channels: channels)
        numbers = whole.numbers
        scale = whole.scale
        sums = whole.sums
    }

    /// The weights of `part`: `[tap, granule, block, 16, 4 bytes]`, zero where a channel does not
    /// see another.
    func packed(_ part: ConvolutionBlocks.Part, _ taps: Taps) throws(InferenceError) -> Packed {
        let places = taps.taps(of: part)
        let (granules, values) = (taps.granulesAtOnce, taps.channelsOfGranule)
        let buffer = try Packed(bytes: places.count * granules * part.blocks.count * 64)
        let (outputs, kernel) = (geometry.channels, geometry.kernel)
        let area = kernel.height * kernel.width
        let inputsEach = numbers.count / outputs / area
        let outputsEach = outputs / geometry.groups
        var writer = NumberWriter(buffer.address, element)
        numbers.withUnsafeBufferPointer { numbers in
            for tap in places {
                let position = tap.row * kernel.width + tap.column
                for granule in 0..<granules {
                    let first = tap.channel + granule * values
                    for output in part.blocks.lowerBound * 16..<part.blocks.upperBound * 16 {
                        let group = output / outputsEach
                        for channel in first..<first + values {
                            let input = channel - group * inputsEach
                            let isSeen = output < outputs && input >= 0 && input < inputsEach
                            writer.write(
                                isSeen
                                    ? numbers[(output * inputsEach + input) * area + position] : 0)
                        }
                    }
                }
            }
        }
        return buffer
    }
}

/// Writes numbers of one element one after the other.
private struct NumberWriter {
    private var address: UnsafeMutableRawPointer
    private let element: Element

    init(_ address: UnsafeMutableRawPointer, _ element: Element) {
        self.address = address
        self.element = element
    }

    mutating func write(_ number: Float) {
        switch element {
        case .f32:
            address.storeBytes(of: number, as: Float.self)
            address += 4
        case .bf16:
            address.storeBytes(of: number.bfloat16, as: UInt16.self)
            address += 2
        case .u8:
            address.storeBytes(of: Int8(number), as: Int8.self)
            address += 1
        }
    }
}

extension Float {
    /// The upper half of the number, rounded to nearest, ties to even.
    var bfloat16: UInt16 {
        UInt16(truncatingIfNeeded: (bitPattern &+ 0x7fff &+ (bitPattern >> 16 & 1)) >> 16)
    }
}

import CKernels
package import PipelineCore

/// Resizes, crops and normalises photographs into a network's layout, bit-exact with Pillow's resize
/// and torchvision's arithmetic.
///
/// Only the pixels that the crop keeps are computed. Tables and scratch space stay from one photograph
/// to the next, so a photograph of a known size allocates nothing. Not thread safe: one a stream.
package struct Preprocessor {
    /// Tables of this many axes are kept: a photograph and three input sizes take six.
    private static let maximumTables = 96

    private let kernel: ResampleKernel
    private var tables: [ResampleAxis.Key: ResampleAxis] = [:]
    /// The picture between the two passes, as the kernels lay it out.
    private var middle: [UInt8] = []
    /// Copies of the last rows, for kernels that read beyond a row's end.
    private var tail: [UInt8] = []
    private var cropped: [UInt8] = []

    /// Picks the fastest kernels that this processor has.
    package init() {
        self.init(kernel: .best)
    }

    init(kernel: ResampleKernel) {
        self.kernel = kernel
    }

    /// The pixels after resize and centred crop, [crop, crop, 3].
    ///
    /// They are what torchvision's `Resize(resize, interpolation)` and `CenterCrop(crop)` give for a
    /// Pillow image, byte for byte; a picture smaller than the crop is centred on black.
    package mutating func crop(
        _ image: borrowing RGBImage, _ preprocessing: Preprocessing
    ) -> [UInt8] {
        var pixels = [UInt8](repeating: 0, count: preprocessing.cropPixels * 3)
        pixels.withUnsafeMutableBufferPointer { draw(image, preprocessing, into: $0) }
        return pixels
    }

    /// The pixels of ``crop(_:_:)``, normalised: `(pixel - mean) / std` of each channel.
    ///
    /// - Parameters:
    ///   - image: The photograph, upright.
    ///   - preprocessing: What the network was trained with; three means and deviations.
    ///   - layout: The order of the values.
    ///   - output: Room for at least `crop * crop * 3` values.
    package mutating func tensor(
        _ image: borrowing RGBImage, _ preprocessing: Preprocessing, layout: PixelLayout,
        into output: UnsafeMutableBufferPointer<Float>
    ) {
        let count = preprocessing.cropPixels
        precondition(output.count >= count * 3, "\(count) pixels into \(output.count) values")
        precondition(preprocessing.mean.count == 3 && preprocessing.std.count == 3)

        var pixels: [UInt8] = []
        swap(&pixels, &cropped)
        if pixels.count < count * 3 { pixels = [UInt8](repeating: 0, count: count * 3) }
        pixels.withUnsafeMutableBufferPointer {
            draw(image, preprocessing, into: $0.extracting(..<(count * 3)))
        }
        let normalise =
            switch layout {
            case .nhwc: resize_normalise_interleaved
            case .nchw: resize_normalise_planar
            }
        normalise(
            kernel.code, pixels, count, preprocessing.mean, preprocessing.std, output.baseAddress)
        swap(&pixels, &cropped)
    }

    /// Fills all of `pixels`, [crop, crop, 3].
    private mutating func draw(
        _ image: borrowing RGBImage, _ preprocessing: Preprocessing,
        into pixels: UnsafeMutableBufferPointer<UInt8>
    ) {
        precondition(image.pixels.count == image.width * image.height * 3)
        let geometry = CropGeometry(width: image.width, height: image.height, preprocessing)
        let filter = preprocessing.interpolation
        guard geometry.rowsComeFirst else {
            draw(image, geometry, filter, into: pixels)
            return
        }
        draw(image.turned(.transposed), geometry.transposed, filter, into: pixels)
        let crop = RGBImage(width: geometry.side, height: geometry.side, pixels: Array(pixels))
        _ = pixels.update(fromContentsOf: crop.turned(.transposed).pixels)
    }

    /// The two passes, horizontal then vertical.
    private mutating func draw(
        _ image: borrowing RGBImage, _ geometry: CropGeometry,
        _ filter: Preprocessing.Interpolation, into pixels: UnsafeMutableBufferPointer<UInt8>
    ) {
        let (columns, rows) = (geometry.columns.kept.count, geometry.rows.kept.count)
        if columns < geometry.side || rows < geometry.side {
            pixels.update(repeating: 0)
        }
        let horizontal = table(geometry.columns, .horizontal, filter)
        let vertical = table(geometry.rows, .vertical, filter)
        mixColumns(of: image, horizontal, rows: vertical)
        let start = (geometry.rows.offset * geometry.side + geometry.columns.offset) * 3
        vertical.withTable { table in
            resize_vertical(
                kernel.code, table, middle, Int32(columns), pixels.baseAddress.map { $0 + start },
                geometry.side * 3)
        }
    }

    /// The horizontal pass over the rows that the vertical one will read.
    private mutating func mixColumns(
        of image: borrowing RGBImage, _ horizontal: ResampleAxis, rows vertical: ResampleAxis
    ) {
        let stride = image.width * 3
        let groups = (vertical.reach + 3) / 4
        let room = groups * resize_group_stride(Int32(horizontal.outputs))
        if middle.count < room { middle = [UInt8](repeating: 0, count: room) }

        // The last rows for which reading on would leave the picture are read from a padded copy.
        let beyond = max(0, (horizontal.inputs.lowerBound + horizontal.reach) * 3 - stride)
        let copied = min(image.height, (beyond + stride - 1) / stride)
        let split = min(
            max(image.height - copied, vertical.inputs.lowerBound), vertical.inputs.upperBound)
        let tailRows = vertical.inputs.upperBound - split
        if tailRows > 0 {
            tail.removeAll(keepingCapacity: true)
            tail.append(contentsOf: image.pixels[split * stride..<image.pixels.count])
            tail.append(contentsOf: repeatElement(0, count: beyond))
        }
        let offset = horizontal.inputs.lowerBound * 3
        horizontal.withTable { table in
            image.pixels.withUnsafeBufferPointer { pixels in
                tail.withUnsafeBufferPointer { tail in
                    resize_horizontal(
                        kernel.code, table,
                        pixels.baseAddress.map {
                            $0 + vertical.inputs.lowerBound * stride + offset
                        },
                        Int32(split - vertical.inputs.lowerBound),
                        tail.baseAddress.map { $0 + (tailRows > 0 ? offset : 0) }, Int32(tailRows),
                        stride, &middle)
                }
            }
        }
    }

    private mutating func table(
        _ axis: CropGeometry.Axis, _ direction: ResampleAxis.Direction,
        _ filter: Preprocessing.Interpolation
    ) -> ResampleAxis {
        let key = ResampleAxis.Key(axis: axis, filter: filter, direction: direction)
        if let table = tables[key] { return table }
        if tables.count >= Self.maximumTables { tables.removeAll(keepingCapacity: true) }
        let table = ResampleAxis(key, kernel: kernel)
        tables[key] = table
        return table
    }
}

extension Preprocessing {
    /// The pixels of the crop.
    fileprivate var cropPixels: Int { max(1, crop) * max(1, crop) }
}

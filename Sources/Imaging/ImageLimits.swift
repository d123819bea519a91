/// What a file may ask of a decoder; all of it is checked before memory is set aside.
package struct ImageLimits: Sendable, Hashable {
    /// Width times height, in pixels.
    package var maximumPixels: Int
    /// Passes over the picture of a progressive JPEG, of which encoders write about ten.
    package var maximumScans: Int
    /// Working memory of the JPEG codec beside the picture itself, in bytes.
    package var maximumWorkingMemory: Int

    /// Names every limit.
    package init(maximumPixels: Int, maximumScans: Int, maximumWorkingMemory: Int) {
        self.maximumPixels = maximumPixels
        self.maximumScans = maximumScans
        self.maximumWorkingMemory = maximumWorkingMemory
    }

    /// As many pixels as Pillow takes before it suspects a bomb, 100 scans and 1 GiB.
    package static let standard = ImageLimits(
        maximumPixels: 178_956_970, maximumScans: 100, maximumWorkingMemory: 1 << 30)

    /// Throws ``ImageError/tooLarge(width:height:limit:)`` for a header beyond the limit.
    func admit(width: Int, height: Int) throws(ImageError) {
        guard width > 0, height > 0 else {
            throw .undecodable("the header says \(width) × \(height) pixels")
        }
        let (pixels, overflow) = width.multipliedReportingOverflow(by: height)
        guard !overflow, pixels <= maximumPixels else {
            throw .tooLarge(width: width, height: height, limit: maximumPixels)
        }
    }
}

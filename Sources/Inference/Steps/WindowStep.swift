import CKernels
import Networks

/// A part of a map, or a map with more around it.
struct WindowStep: Step {
    private let isa: kernel_isa
    private let input: Int
    private let output: Int
    private let element: Element
    private let channels: Int
    private let firstChannel: Int
    /// From the input's first pixel to the one that `place` begins with.
    private let firstRow: Int
    private let firstColumn: Int
    /// The rows and columns of the result that the input has pixels for.
    private let rows: Range<Int>
    private let columns: Range<Int>
    private let layout: MapLayout
    /// What stands everywhere else, as it is stored.
    private let value: Float

    init(
        _ window: MapWindow, from input: (index: Int, shape: Shape),
        to output: (index: Int, format: Format, layout: MapLayout), isa: kernel_isa
    ) {
        self.isa = isa
        self.input = input.index
        self.output = output.index
        element = output.format.element
        layout = output.layout
        channels = layout.shape.channels
        firstChannel = window.offset.channel
        rows = Self.met(window.offset.row, input.shape.height, layout.shape.height)
        columns = Self.met(window.offset.column, input.shape.width, layout.shape.width)
        firstRow = rows.lowerBound + window.offset.row
        firstColumn = columns.lowerBound + window.offset.column
        value = window.value / output.format.scale + output.format.zero
    }

    /// The positions of a window that begins at `offset` which lie within `size`.
    private static func met(_ offset: Int, _ size: Int, _ length: Int) -> Range<Int> {
        let first = min(max(-offset, 0), length)
        return first..<max(min(length, size - offset), first)
    }

    func run(_ frame: Frame) {
        let isWhole = rows.count == layout.shape.height && columns.count == layout.shape.width
        if !isWhole {
            pixelwise_fill(
                element.code, Int32(layout.blocks), value, frame.places + output, layout.window)
        }
        var from = frame.places[input]
        var to = frame.places[output]
        from.data += firstRow * from.row + firstColumn * from.column
        to.data += rows.lowerBound * to.row + columns.lowerBound * to.column
        let window = kernel_window(
            width: Int32(columns.count), first_row: 0, end_row: Int32(rows.count))
        pixelwise_move(
            isa, element.code, Int32(channels), Int32(firstChannel), 0, &from, &to, window)
    }
}

import PipelineCore

/// A file's lines, one at a time, without their ends.
final class LineReader {
    /// Why there is no line.
    enum Trouble: Error, Equatable {
        /// The file cannot be read.
        case system(SystemError)
        /// The line is longer than it may be.
        case tooLong
    }

    private let file: Descriptor
    private let limit: Int
    private var buffer = [UInt8](repeating: 0, count: 1 << 16)
    private var held: ArraySlice<UInt8> = []
    private var isAtEnd = false
    /// The number of the line that was handed out last, from 1.
    private(set) var number = 0

    /// Opens the file at `path`, whose lines may have `limit` bytes.
    init(path: [UInt8], limit: Int) throws(SystemError) {
        file = try Descriptor.open(path)
        self.limit = limit
    }

    /// The next line, without a line feed or the carriage return before it; nil at the end.
    func next() throws(Trouble) -> [UInt8]? {
        var line: [UInt8] = []
        var isBegun = false
        while true {
            if let end = held.firstIndex(of: 0x0A) {
                line += held[..<end]
                held = held[(end + 1)...]
                return try ended(line)
            }
            isBegun = isBegun || !held.isEmpty
            line += held
            held = []
            guard line.count <= limit else { return try ended(line) }
            guard try fill() else { return isBegun ? try ended(line) : nil }
        }
    }

    private func ended(_ line: [UInt8]) throws(Trouble) -> [UInt8] {
        number += 1
        guard line.count <= limit else { throw .tooLong }
        return line.last == 0x0D ? Array(line.dropLast()) : line
    }

    private func fill() throws(Trouble) -> Bool {
        guard !isAtEnd else { return false }
        do throws(SystemError) {
            let count = try buffer.withUnsafeMutableBytes { room in
                Result { () throws(SystemError) in try file.read(into: room) }
            }.get()
            isAtEnd = count == 0
            held = buffer[..<count]
        } catch {
            throw .system(error)
        }
        return !isAtEnd
    }
}

/// Bytes that tensors are views of.
package protocol TensorBytes: AnyObject, Sendable {
    /// The file they are in, or were computed from.
    var path: String { get }
    /// All of them; valid only while this object is.
    var bytes: UnsafeRawBufferPointer { get }
}

/// Numbers that were computed from a file: unpacked, scaled or put in another order.
package final class ComputedBytes: TensorBytes, @unchecked Sendable {
    package let path: String
    package let bytes: UnsafeRawBufferPointer

    /// A copy of `bytes`, which come from the file at `path`.
    package init(_ bytes: UnsafeRawBufferPointer, path: String) {
        let copy = UnsafeMutableRawBufferPointer.allocate(
            byteCount: bytes.count, alignment: MemoryLayout<Double>.alignment)
        copy.copyMemory(from: bytes)
        self.path = path
        self.bytes = UnsafeRawBufferPointer(copy)
    }

    deinit { bytes.deallocate() }
}

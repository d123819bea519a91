import Foundation

/// Memory on a cache line's boundary, freed with its owner.
///
/// Whoever holds it for packed weights writes them before it is shared, hence `@unchecked`.
final class AlignedBuffer: @unchecked Sendable {
    let address: UnsafeMutableRawPointer
    let bytes: Int

    init(bytes: Int) throws(InferenceError) {
        guard let address = Self.aligned(bytes) else { throw .noMemory(bytes: bytes) }
        memset(address, 0, max(bytes, 1))
        self.address = address
        self.bytes = bytes
    }

    deinit { free(address) }

    func floats(at offset: Int = 0) -> UnsafeMutablePointer<Float> {
        (address + offset).assumingMemoryBound(to: Float.self)
    }

    private static func aligned(_ bytes: Int) -> UnsafeMutableRawPointer? {
        aligned_alloc(64, (max(bytes, 1) + 63) & ~63)
    }
}

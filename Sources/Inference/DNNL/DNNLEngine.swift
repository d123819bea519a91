import CDNNL
import Foundation

/// oneDNN's handle on the CPU; one a process is enough.
final class DNNLEngine: @unchecked Sendable {
    let handle: dnnl_engine_t

    init() throws(InferenceError) {
        var handle: dnnl_engine_t?
        try check(dnnl_engine_create(&handle, dnnl_cpu, 0), "open the CPU")
        guard let handle else { throw .kernel(operation: "open the CPU", status: "no handle") }
        self.handle = handle
    }

    deinit { dnnl_engine_destroy(handle) }
}

/// An execution stream of oneDNN; belongs to one thread.
final class DNNLStream {
    let handle: dnnl_stream_t
    private let engine: DNNLEngine

    init(_ engine: DNNLEngine) throws(InferenceError) {
        var handle: dnnl_stream_t?
        try check(
            dnnl_stream_create(&handle, engine.handle, dnnl_stream_default_flags.rawValue),
            "open a stream")
        guard let handle else { throw .kernel(operation: "open a stream", status: "no handle") }
        self.handle = handle
        self.engine = engine
    }

    deinit { dnnl_stream_destroy(handle) }
}

/// A oneDNN view of memory that somebody else owns, or of none yet.
final class DNNLMemory: @unchecked Sendable {
    let handle: dnnl_memory_t
    private let engine: DNNLEngine

    init(
        _ descriptor: UnsafePointer<dnnl_memory_desc_t>, _ engine: DNNLEngine,
        at address: UnsafeMutableRawPointer?
    ) throws(InferenceError) {
        var handle: dnnl_memory_t?
        try check(
            dnnl_memory_create(&handle, descriptor, engine.handle, address), "describe memory")
        guard let handle else { throw .kernel(operation: "describe memory", status: "no handle") }
        self.handle = handle
        self.engine = engine
    }

    deinit { dnnl_memory_destroy(handle) }
}

/// Memory on a cache line's boundary, freed with its owner.
final class AlignedBuffer: @unchecked Sendable {
    let address: UnsafeMutableRawPointer
    let bytes: Int

    init(bytes: Int) throws(InferenceError) {
        guard let address = aligned(bytes: bytes) else { throw .noMemory(bytes: bytes) }
        self.address = address
        self.bytes = bytes
    }

    deinit { free(address) }

    func floats(at offset: Int = 0) -> UnsafeMutablePointer<Float> {
        (address + offset).assumingMemoryBound(to: Float.self)
    }
}

private func aligned(bytes: Int) -> UnsafeMutableRawPointer? {
    aligned_alloc(64, (max(bytes, 1) + 63) & ~63)
}

import CDNNL

/// The one place where a oneDNN status becomes an error.
func check(_ status: dnnl_status_t, _ operation: @autoclosure () -> String) throws(InferenceError) {
    guard status != dnnl_success else { return }
    let words =
        switch status {
        case dnnl_out_of_memory: "out of memory"
        case dnnl_invalid_arguments: "invalid arguments"
        case dnnl_unimplemented: "unimplemented"
        case dnnl_runtime_error: "runtime error"
        case dnnl_not_required: "not required"
        default: "status \(status.rawValue)"
        }
    throw .kernel(operation: operation(), status: words)
}

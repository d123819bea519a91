import Foundation

/// How many results the coordinator over `data` has received; of one in the process of
/// `pipeline label` that is the folder `.pipeline` in its output.
func resultCount(in data: String) -> Int {
    let objects = data + "/objects"
    let files = FileManager.default.enumerator(atPath: objects)?.allObjects as? [String] ?? []
    return files.count { $0.hasSuffix(".safetensors") }
}

import Datasets
import Foundation
import PipelineCore

/// The dataset that a person names: a folder of images, a list or an archive of them, or a part of
/// a bucket.
struct DatasetPlace {
    /// What the person wrote.
    let name: String
    let store: StoreOptions
    let keys: StoreKeyOptions
    let network: NetworkOptions

    /// Looks what lies there; throws ``DatasetError`` where it is none of these.
    func source() throws -> any DatasetSource {
        let path = RelativePath(bytes: name.utf8)
        if path.looksLikeAddress { return try bucket(path) }
        var isFolder = ObjCBool(false)
        guard FileManager.default.fileExists(atPath: name, isDirectory: &isFolder),
            !isFolder.boolValue
        else { return try ImageFolder(path: path) }
        if let shard = TarShard(path: path) { return shard }
        guard let list = ImageList(path: path, web: network.web) else {
            throw DatasetError.notAFolder(path)
        }
        return list
    }

    private func bucket(_ path: RelativePath) throws -> any DatasetSource {
        guard let target = try BucketTarget(address: path, store, keys) else {
            throw Failure(
                .wrongUse, "'\(shown(name))' is no dataset",
                hint: "a dataset is a folder, a .tar archive, a .txt, .csv or .jsonl file "
                    + "that lists paths and addresses, or s3://bucket/prefix")
        }
        return BucketFolder(target.place, client: target.client)
    }
}

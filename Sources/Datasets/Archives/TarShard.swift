import Glibc
package import PipelineCore

/// A tar archive of images, as WebDataset makes them: the dataset of a run.
///
/// Members are read where they lie, as an ``ArchiveWalk`` finds them.
package struct TarShard: DatasetSource {
    /// The archive's absolute path.
    package let dataset: RelativePath
    package let isOrdered = false

    /// Takes the archive at `path`; nil where its name does not end as an archive's does.
    package init?(path: RelativePath) {
        guard Self.isArchive(path.bytes) else { return nil }
        dataset = ImageFolder.absolute(path)
    }

    /// Whether a file is an archive, by its name.
    static func isArchive(_ name: [UInt8]) -> Bool {
        String(decoding: name.suffix(4), as: UTF8.self).lowercased() == ".tar"
    }

    /// Visits the archive's images in its order.
    package func entries(_ body: (ImageEntry) throws -> Void) throws -> FolderSummary {
        let walk: FolderWalk
        do throws(SystemError) {
            walk = FolderWalk(root: try FolderRoot.ofDataset(dataset.bytes))
        } catch {
            throw DatasetError.unreadable(dataset, error.description)
        }
        let slash = UInt8(ascii: "/")
        try walk.visitArchive(Array(dataset.bytes.split(separator: slash).last ?? []), body)
        return walk.summary
    }
}

extension FolderWalk {
    /// Visits the images in the archive at `path` beneath the root.
    func visitArchive(_ path: [UInt8], _ visit: Visitor) throws {
        let archive = RelativePath(bytes: path)
        do {
            let reader = TarReader(try FileBytes(try root.open(path)))
            var walk = ArchiveWalk(at: archive, reader)
            try walk.run(visit)
            summary += walk.summary
        } catch let trouble as TarReader.Trouble {
            throw DatasetError.badArchive(archive, trouble.description)
        } catch let error as FolderRootError {
            throw DatasetError.badArchive(archive, error.description)
        } catch let error as SystemError {
            throw DatasetError.badArchive(archive, error.description)
        }
    }
}

import Foundation
import Glibc

extension PackFiles {
    private static let countLimit = 10_000
    private static let depthLimit = 32
    private static let sizeLimitInBytes = 64 << 20

    /// Reads a folder with all that is below it, or a single file, which then stands alone under its own name.
    ///
    /// A `.git` at the top is left out: no code can be loaded from it.
    /// - Throws: ``PackError/cannotRead(path:cause:)``, or ``PackError/refused(path:cause:)`` for symlinks, devices and the
    ///   like, and for more files or bytes than a pack can reasonably have.
    package static func read(path: String) throws(PackError) -> PackFiles {
        // Only what is inside must be free of symlinks; the way to it is the user's own.
        let root = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
        var reader = Reader()
        do {
            if try status(of: root).st_mode & S_IFMT == S_IFDIR {
                try reader.addFolder(root, prefix: "", depth: 1)
            } else {
                try reader.addFile(root, named: URL(fileURLWithPath: path).lastPathComponent)
            }
        } catch let error as PackError {
            throw error
        } catch {
            throw .cannotRead(path: path, cause: error.localizedDescription)
        }
        return PackFiles(reader.files)
    }

    private struct Reader {
        var files: [PackFile] = []
        private var sizeInBytes = 0

        mutating func addFolder(_ folder: String, prefix: String, depth: Int) throws {
            guard depth <= depthLimit else {
                throw PackError.refused(path: folder, cause: "folders are nested deeper than \(depthLimit) levels")
            }
            for name in try FileManager.default.contentsOfDirectory(atPath: folder) {
                if depth == 1 && name == ".git" { continue }
                let path = "\(folder)/\(name)"
                switch try status(of: path).st_mode & S_IFMT {
                case S_IFDIR: try addFolder(path, prefix: "\(prefix)\(name)/", depth: depth + 1)
                case S_IFREG: try addFile(path, named: prefix + name)
                case S_IFLNK: throw PackError.refused(path: path, cause: "it is a symlink, copy what it points to")
                default: throw PackError.refused(path: path, cause: "it is no regular file")
                }
            }
        }

        mutating func addFile(_ path: String, named name: String) throws {
            // Opened without following, in case it was exchanged for a symlink or a pipe since it was looked at.
            let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
            guard descriptor >= 0 else { throw systemError(path) }
            let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
            var status = stat()
            guard fstat(descriptor, &status) == 0 else { throw systemError(path) }
            guard status.st_mode & S_IFMT == S_IFREG else {
                throw PackError.refused(path: path, cause: "it is no regular file")
            }
            let left = sizeLimitInBytes - sizeInBytes
            let data = try handle.read(upToCount: left + 1) ?? Data()
            guard data.count <= left else {
                throw PackError.refused(path: path, cause: "there are more than \(sizeLimitInBytes >> 20) MiB in all")
            }
            guard files.count < countLimit else {
                throw PackError.refused(path: path, cause: "there are more than \(countLimit) files")
            }
            sizeInBytes += data.count
            files.append(PackFile(path: name, isExecutable: status.st_mode & S_IXUSR != 0, bytes: Array(data)))
        }
    }

    private static func status(of path: String) throws -> stat {
        var status = stat()
        guard lstat(path, &status) == 0 else { throw systemError(path) }
        return status
    }

    private static func systemError(_ path: String) -> PackError {
        let isMissing = errno == ENOENT || errno == ENOTDIR
        return .cannotRead(path: path, cause: isMissing ? "there is no such file" : String(cString: strerror(errno)))
    }
}

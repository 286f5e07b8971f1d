import Foundation

/// Notices that files on disk were written, added or removed, without reading them.
struct SourceWatch: Sendable, Hashable {
    /// Files and folders, absolute; those that are not there count when they appear.
    let paths: [String]

    /// What tells two versions of a file apart.
    struct Stamp: Sendable, Hashable {
        let path: String
        let inode: UInt64
        let size: Int64
        let seconds: Int64
        let nanoseconds: Int64
    }

    /// Equal as long as nothing changed.
    func stamps() -> [Stamp] {
        var stamps: [Stamp] = []
        var waiting = paths
        // A folder of ten thousand files is no recipe; reading it fails with a message of its own.
        while let path = waiting.popLast(), stamps.count < 10_000 {
            var status = stat()
            guard lstat(path, &status) == 0 else { continue }
            if status.st_mode & S_IFMT == S_IFDIR {
                let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
                waiting += names.filter { $0 != ".git" }.map { "\(path)/\($0)" }
            } else {
                stamps.append(Stamp(path: path, status))
            }
        }
        return stamps.sorted { $0.path < $1.path }
    }
}

extension SourceWatch.Stamp {
    fileprivate init(path: String, _ status: stat) {
        self.init(
            path: path, inode: UInt64(status.st_ino), size: Int64(status.st_size),
            seconds: Int64(status.st_mtim.tv_sec), nanoseconds: Int64(status.st_mtim.tv_nsec))
    }
}

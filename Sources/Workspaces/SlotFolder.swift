import Glibc

/// A folder of a slot, opened without following a link on the way.
///
/// Every path below a slot is walked with these, one component at a time, so that nothing a command left there can lead
/// a write or a deletion out of the slot.
struct SlotFolder {
    /// Valid within the closure that it was lent to.
    let descriptor: Int32

    /// Opens the root of a slot.
    static func withRoot<Result>(_ path: String, _ body: (SlotFolder) throws -> Result) throws -> Result {
        let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        guard descriptor >= 0 else { throw WorktreeError.fileSystem("open the worktree", path: path, code: errno) }
        defer { close(descriptor) }
        return try body(SlotFolder(descriptor: descriptor))
    }

    /// Opens a folder in this one; nil when there is none of this name, or something else.
    func withFolder<Result>(_ name: String, _ body: (SlotFolder) throws -> Result) throws -> Result? {
        let flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC
        var child = openat(descriptor, name, flags)
        if child < 0, errno == EACCES, isFolder(name) {
            // A command may have taken the rights away; following is ruled out by the check before.
            _ = fchmodat(descriptor, name, 0o755, 0)
            child = openat(descriptor, name, flags)
        }
        guard child >= 0 else {
            if errno == ENOENT || errno == ENOTDIR || errno == ELOOP { return nil }
            throw WorktreeError.fileSystem("open a folder of the worktree", path: name, code: errno)
        }
        defer { close(child) }
        return try body(SlotFolder(descriptor: child))
    }

    /// Opens a folder below; nil when it, or one on the way, is none.
    func withFolder<Result>(_ path: ArraySlice<String>, _ body: (SlotFolder) throws -> Result) throws -> Result? {
        guard let name = path.first else { return try body(self) }
        return try withFolder(name) { try $0.withFolder(path.dropFirst(), body) } ?? nil
    }

    /// Walks to the folder that holds the last component.
    ///
    /// `makesFolders`: whether missing folders are made; otherwise the answer is nil when one is missing.
    ///
    /// - Throws: ``RepositoryError/pathConflict(path:)`` when a file is in the way of a folder to be made.
    func withParent<Result>(
        of components: ArraySlice<String>, makesFolders: Bool, _ body: (SlotFolder, String) throws -> Result
    ) throws -> Result? {
        guard let name = components.first else { return nil }
        guard components.count > 1 else { return try body(self, name) }
        if makesFolders, mkdirat(descriptor, name, 0o755) != 0, errno != EEXIST {
            throw WorktreeError.fileSystem("make a folder in the worktree", path: name, code: errno)
        }
        let result: Result?? = try withFolder(name) { folder in
            try folder.withParent(of: components.dropFirst(), makesFolders: makesFolders, body)
        }
        guard let result else {
            if makesFolders { throw RepositoryError.pathConflict(path: components.joined(separator: "/")) }
            return nil
        }
        return result
    }

    /// The names in the folder, unordered.
    ///
    /// No path of ours can spell a name that is not UTF-8; such a file is given another name first.
    func names() throws -> [String] {
        // The stream takes its descriptor over, so it gets one of its own.
        let own = openat(descriptor, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard own >= 0, let stream = fdopendir(own) else {
            let code = errno
            if own >= 0 { close(own) }
            throw WorktreeError.fileSystem("list a folder of the worktree", path: ".", code: code)
        }
        defer { closedir(stream) }
        var names: [String] = []
        var strangers: [[UInt8]] = []
        while let entry = readdir(stream) {
            // SAFETY: the entry is valid until the next `readdir`; the name ends with a zero and is copied here.
            withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                let raw = bytes.prefix { $0 != 0 }
                guard let name = String(validating: raw, as: UTF8.self) else { return strangers.append(Array(raw)) }
                if name != ".", name != ".." { names.append(name) }
            }
        }
        for stranger in strangers {
            names.append(try rename(stranger))
        }
        return names
    }

    /// What is there now; nil for nothing. Links are not followed.
    func stamp(_ name: String) -> FileStamp? {
        var status = stat()
        return fstatat(descriptor, name, &status, AT_SYMLINK_NOFOLLOW) == 0 ? FileStamp(status) : nil
    }

    /// What the folder itself is now; its change time moves with every name that comes or goes.
    func stamp() -> FileStamp? {
        var status = stat()
        return fstat(descriptor, &status) == 0 ? FileStamp(status) : nil
    }

    /// The content of a plain file; nil when it is something else or larger than `limit` bytes.
    func read(_ name: String, limit: Int) -> [UInt8]? {
        let file = openat(descriptor, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
        guard file >= 0 else { return nil }
        defer { close(file) }
        var status = stat()
        guard fstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
        return HostFile.contents(of: file, limit: limit)
    }

    /// The target of a symbolic link; nil when it is something else.
    func link(_ name: String) -> [UInt8]? {
        var length = -1
        let target = [UInt8](unsafeUninitializedCapacity: 4096) { buffer, count in
            buffer.withMemoryRebound(to: CChar.self) { text in
                if let start = text.baseAddress {
                    length = readlinkat(descriptor, name, start, text.count)
                }
            }
            count = max(0, length)
        }
        return length < 0 ? nil : target
    }

    private func rename(_ stranger: [UInt8]) throws -> String {
        let name = ".moonshift-renamed-\(UInt64.random(in: 0...UInt64.max))"
        guard renameat(descriptor, stranger.map { CChar(bitPattern: $0) } + [0], descriptor, name) == 0 else {
            throw WorktreeError.fileSystem("rename a file of the worktree", path: name, code: errno)
        }
        return name
    }

    private func isFolder(_ name: String) -> Bool {
        stamp(name)?.kind == S_IFDIR
    }
}

/// What the kernel says about a file; equal stamps mean an untouched file, since no program can set the change time.
struct FileStamp: Equatable {
    let changeSeconds: Int
    let changeNanoseconds: Int
    let modificationSeconds: Int
    let modificationNanoseconds: Int
    let size: Int
    let inode: UInt
    let mode: UInt32
    let linkCount: UInt

    init(_ status: stat) {
        changeSeconds = status.st_ctim.tv_sec
        changeNanoseconds = status.st_ctim.tv_nsec
        modificationSeconds = status.st_mtim.tv_sec
        modificationNanoseconds = status.st_mtim.tv_nsec
        size = Int(status.st_size)
        inode = UInt(status.st_ino)
        mode = status.st_mode
        linkCount = UInt(status.st_nlink)
    }

    var kind: UInt32 {
        mode & S_IFMT
    }

    /// Whether a change at `time` or later would show in the change time, given how coarse its clock is (10 ms at worst).
    func isOld(at time: timespec) -> Bool {
        let age = (time.tv_sec - changeSeconds) * 1_000_000_000 + time.tv_nsec - changeNanoseconds
        return age > 20_000_000
    }

    static func now() -> timespec {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return time
    }
}

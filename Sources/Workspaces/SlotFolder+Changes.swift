import Glibc

extension SlotFolder {
    /// Puts a file, or the text of a link, at `name`.
    ///
    /// `isOurs`: whether the file there now is as we left it and may be overwritten in place, which spares
    /// the file system a deletion.
    ///
    /// - Returns: The stamp of what is there now.
    func write(_ name: String, _ content: [UInt8], mode: FileMode, isOurs: Bool) throws -> FileStamp {
        switch mode {
        case .regular, .executable: try writeFile(name, content, isExecutable: mode == .executable, isOurs: isOurs)
        case .symlink: try writeLink(name, content)
        case .submodule: try makeFolder(name)
        }
        guard let stamp = stamp(name) else { throw fault("write", name, errno) }
        return stamp
    }

    /// Deletes whatever is at `name`, a folder with all that is in it. Nothing there is fine.
    ///
    /// A folder in a folder is moved up before it is emptied: a command may have nested them deeper than descriptors or
    /// the stack allow.
    func remove(_ name: String) throws {
        var pending = [name]
        while let next = pending.popLast() {
            if unlinkat(descriptor, next, 0) == 0 || errno == ENOENT { continue }
            guard errno == EISDIR || errno == EPERM || errno == EACCES else { throw fault("delete", next, errno) }
            try withFolder(next) { folder in
                for child in try folder.names() {
                    if unlinkat(folder.descriptor, child, 0) == 0 { continue }
                    if unlinkat(folder.descriptor, child, AT_REMOVEDIR) == 0 { continue }
                    _ = fchmodat(folder.descriptor, child, 0o755, AT_SYMLINK_NOFOLLOW)
                    let place = "\(Self.deletedPrefix)\(UInt64.random(in: 0...UInt64.max))"
                    guard renameat(folder.descriptor, child, descriptor, place) == 0 else {
                        throw fault("delete", child, errno)
                    }
                    pending.append(place)
                }
            }
            guard unlinkat(descriptor, next, AT_REMOVEDIR) == 0 else { throw fault("delete", next, errno) }
        }
    }

    /// How the names of folders begin that wait for their deletion.
    static let deletedPrefix = ".moonshift-deleted-"

    /// Gives the folder the rights that all folders of a slot have.
    func resetMode() {
        var status = stat()
        if fstat(descriptor, &status) == 0, status.st_mode & 0o7777 != 0o755 {
            _ = fchmod(descriptor, 0o755)
        }
    }

    private func writeFile(_ name: String, _ content: [UInt8], isExecutable: Bool, isOurs: Bool) throws {
        var file: Int32 = -1
        if isOurs {
            file = openat(descriptor, name, O_WRONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
        }
        if file < 0 {
            try remove(name)
            file = openat(descriptor, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o644)
        }
        guard file >= 0 else { throw fault("write", name, errno) }
        defer { close(file) }
        var offset = 0
        while offset < content.count {
            let written = content.withUnsafeBytes { bytes in
                Glibc.write(file, bytes.baseAddress.map { $0 + offset }, bytes.count - offset)
            }
            if written < 0, errno == EINTR { continue }
            guard written > 0 else { throw fault("write", name, errno) }
            offset += written
        }
        // Cut after the write and not before: a file cut to nothing makes ext4 flush it at once.
        guard ftruncate(file, off_t(content.count)) == 0, fchmod(file, isExecutable ? 0o755 : 0o644) == 0 else {
            throw fault("write", name, errno)
        }
    }

    private func writeLink(_ name: String, _ target: [UInt8]) throws {
        try remove(name)
        let text = target.prefix { $0 != 0 }.map { CChar(bitPattern: $0) } + [0]
        guard symlinkat(text, descriptor, name) == 0 else { throw fault("write", name, errno) }
    }

    private func makeFolder(_ name: String) throws {
        try remove(name)
        guard mkdirat(descriptor, name, 0o755) == 0 else { throw fault("write", name, errno) }
    }

    private func fault(_ verb: String, _ name: String, _ code: Int32) -> WorktreeError {
        .fileSystem("\(verb) a file of the worktree", path: name, code: code)
    }
}

import Glibc

/// How the disk differs from what we put there. Paths are unordered.
struct SlotScan {
    /// Files and folders that are not ours; of a folder only its own path.
    var unknown: [String] = []
    /// Our files that something else replaced or edited.
    var changed: [String] = []
    /// Our files that are gone.
    var missing: [String] = []
    /// Our folders that are gone; their files are missing too.
    var goneFolders: [String] = []
    private let start = FileStamp.now()

    /// Compares one folder and those in it. Only folders of ours are entered, so the depth is that of the tree.
    mutating func compare(_ record: SlotRecord, _ folder: SlotFolder, prefix: String) throws {
        folder.resetMode()
        var fileCount = 0
        var folderCount = 0
        for name in try folder.names() {
            if let file = record.files[name] {
                fileCount += 1
                try compare(file, name, record, folder, prefix: prefix)
            } else if let child = record.folders[name] {
                folderCount += 1
                let isEntered: Void? = try folder.withFolder(name) { inner in
                    try compare(child, inner, prefix: prefix + name + "/")
                }
                if isEntered == nil {
                    unknown.append(prefix + name)
                    lose(child, prefix + name)
                }
            } else if !(prefix.isEmpty && name == ".git") {
                unknown.append(prefix + name)
            }
        }
        if fileCount < record.files.count {
            missing += record.files.keys.filter { folder.stamp($0) == nil }.map { prefix + $0 }
        }
        if folderCount < record.folders.count {
            for (name, child) in record.folders where folder.stamp(name) == nil {
                lose(child, prefix + name)
            }
        }
    }

    private mutating func lose(_ folder: SlotRecord, _ path: String) {
        goneFolders.append(path)
        missing += folder.paths(prefix: path + "/")
    }

    private mutating func compare(
        _ file: SlotRecord.File, _ name: String, _ record: SlotRecord, _ folder: SlotFolder, prefix: String
    ) throws {
        if file.mode == .submodule {
            let names = try folder.withFolder(name) { try $0.names() }
            guard let names else { return changed.append(prefix + name) }
            unknown += names.map { prefix + name + "/" + $0 }
            return
        }
        guard folder.stamp(name) == file.stamp else { return changed.append(prefix + name) }
        guard !file.isSettled else { return }
        let content = file.mode == .symlink ? folder.link(name) : folder.read(name, limit: file.stamp.size)
        guard let content, ObjectID.blob(of: content) == file.id else { return changed.append(prefix + name) }
        record.files[name]?.isSettled = file.stamp.isOld(at: start)
    }
}

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
    private let watch: SlotWatch?

    /// `watch`: hears of the folders that are compared from before they are looked at.
    init(watch: SlotWatch?) {
        self.watch = watch
    }

    /// Compares only what was touched, and whatever nobody watches.
    mutating func compare(_ root: SlotRecord, _ folder: SlotFolder, after news: SlotNews) throws {
        guard watch != nil, news.isComplete, !root.hasNewName(news, isRoot: true) else {
            return try compare(root, folder, prefix: "")
        }
        try visit(root, [], folder, news)
    }

    private mutating func visit(
        _ record: SlotRecord, _ path: [String], _ root: SlotFolder, _ news: SlotNews
    ) throws {
        let names = record.watch.flatMap { news.names[$0] } ?? []
        let isUnsure = record.watch.map(news.folders.contains) ?? true
        var compared: Set<String> = []
        if isUnsure || record.hasSubmodules || !names.isEmpty {
            let prefix = path.map { $0 + "/" }.joined()
            let isWhole = try root.withFolder(path[...]) { folder in
                guard !isUnsure, watch?.add(folder) == record.watch else {
                    try compare(record, folder, prefix: prefix)
                    return true
                }
                let all = record.hasSubmodules ? names.union(record.submodules) : names
                for name in all { try compare(name, record, folder, prefix: prefix, &compared) }
                return false
            }
            // A folder that is gone was told of by the one that it was in.
            guard isWhole == false else { return }
        }
        for (name, child) in record.folders where !compared.contains(name) {
            try visit(child, path + [name], root, news)
        }
    }

    /// Compares one name of a folder; adds it to `compared` when it is a folder about which nothing is left to say.
    private mutating func compare(
        _ name: String, _ record: SlotRecord, _ folder: SlotFolder, prefix: String, _ compared: inout Set<String>
    ) throws {
        if let file = record.files[name] {
            if folder.stamp(name) == nil { return missing.append(prefix + name) }
            return try compare(file, name, record, folder, prefix: prefix)
        }
        guard let child = record.folders[name] else { return }
        guard folder.stamp(name) != nil else {
            compared.insert(name)
            return lose(child, prefix + name)
        }
        let isSame = try folder.withFolder(name) { watch?.add($0) == child.watch && child.watch != nil }
        if isSame != true {
            compared.insert(name)
            try enter(child, name, folder, prefix: prefix)
        }
    }

    /// Compares one folder and those in it. Only folders of ours are entered, so the depth is that of the tree.
    private mutating func compare(_ record: SlotRecord, _ folder: SlotFolder, prefix: String) throws {
        record.watch = watch?.add(folder)
        folder.resetMode()
        let stamp = folder.stamp()
        if let stamp, stamp == record.settledStamp {
            // No name came or went since the folder was last listed, so nothing is there but what we put there.
            for (name, file) in record.files {
                try compare(file, name, record, folder, prefix: prefix)
            }
            for (name, child) in record.folders {
                try enter(child, name, folder, prefix: prefix)
            }
            return
        }
        record.settledStamp = nil
        if try list(record, folder, prefix: prefix), stamp?.isOld(at: start) == true, stamp == folder.stamp() {
            record.settledStamp = stamp
        }
    }

    /// Compares what a folder lists with what we put there; answers whether the names are the same.
    private mutating func list(_ record: SlotRecord, _ folder: SlotFolder, prefix: String) throws -> Bool {
        var fileCount = 0
        var folderCount = 0
        var hasOthers = false
        for name in try folder.names() {
            if let file = record.files[name] {
                fileCount += 1
                try compare(file, name, record, folder, prefix: prefix)
            } else if let child = record.folders[name] {
                folderCount += 1
                try enter(child, name, folder, prefix: prefix)
            } else if !(prefix.isEmpty && name == ".git") {
                hasOthers = true
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
        return !hasOthers && fileCount == record.files.count && folderCount == record.folders.count
    }

    private mutating func enter(_ child: SlotRecord, _ name: String, _ folder: SlotFolder, prefix: String) throws {
        let isEntered: Void? = try folder.withFolder(name) { inner in
            try compare(child, inner, prefix: prefix + name + "/")
        }
        if isEntered == nil {
            unknown.append(prefix + name)
            lose(child, prefix + name)
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

import Glibc

/// Small reads of files that belong to the host.
enum HostFile {
    /// The text of a small file; nil when it cannot be read or is larger than `limit` bytes.
    static func text(_ path: String, limit: Int) -> String? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        guard let bytes = contents(of: descriptor, limit: limit) else { return nil }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Everything from the start of an open file; nil when there is more than `limit` bytes or reading fails.
    static func contents(of descriptor: Int32, limit: Int) -> [UInt8]? {
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_size <= limit else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(Int(status.st_size))
        while true {
            let wanted = max(4096, Int(status.st_size) - bytes.count + 1)
            var got = 0
            let chunk = [UInt8](unsafeUninitializedCapacity: wanted) { buffer, count in
                repeat { got = read(descriptor, buffer.baseAddress, wanted) } while got < 0 && errno == EINTR
                count = max(0, got)
            }
            if got < 0 { return nil }
            if got == 0 { return bytes }
            bytes += chunk
            if bytes.count > limit { return nil }
        }
    }

    /// The names in a folder except `.` and `..`, unordered; empty when it cannot be read.
    static func names(in path: String) -> [String] {
        guard let stream = opendir(path) else { return [] }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            // SAFETY: the entry is valid until the next `readdir`; the name ends with a zero and is copied here.
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }
}

extension HostFile {
    /// Makes a folder and those above it; one that is there already is fine.
    static func makeFolder(_ path: String) throws(WorktreeError) {
        if mkdir(path, 0o755) == 0 || errno == EEXIST { return }
        guard errno == ENOENT, let slash = path.lastIndex(of: "/"), slash != path.startIndex else {
            throw .fileSystem("make a folder", path: path, code: errno)
        }
        try makeFolder(String(path[..<slash]))
        guard mkdir(path, 0o755) == 0 || errno == EEXIST else {
            throw .fileSystem("make a folder", path: path, code: errno)
        }
    }

    /// The absolute path of an existing folder, links followed.
    static func resolved(_ path: String) throws(WorktreeError) -> String {
        guard let text = realpath(path, nil) else {
            throw .fileSystem("find a folder", path: path, code: errno)
        }
        // SAFETY: `realpath` allocated the text for us; it is copied, then freed here.
        defer { free(text) }
        return String(cString: text)
    }

    /// Writes a small file of the host, replacing what is there.
    static func write(_ text: String, to path: String) throws(WorktreeError) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw .fileSystem("write a file", path: path, code: errno) }
        defer { close(descriptor) }
        let bytes = Array(text.utf8)
        guard Glibc.write(descriptor, bytes, bytes.count) == bytes.count else {
            throw .fileSystem("write a file", path: path, code: errno)
        }
    }
}

import Workspaces

/// The files of a stage attempt: a base tree with edits in memory.
struct Draft: Sendable {
    let base: ObjectID
    private(set) var changes: [String: FileChange]
    private let workspace: any WorkspaceAccess

    init(base: ObjectID, changes: [String: FileChange], workspace: any WorkspaceAccess) {
        self.base = base
        self.changes = changes
        self.workspace = workspace
    }

    /// What a path is, as far as reading and writing are concerned.
    enum Item: Equatable {
        case file([UInt8])
        case link
        case otherRepository
        case nothing
    }

    /// What is at the path now; a folder counts as nothing.
    func item(at path: String) async throws -> Item {
        switch changes[path] {
        case .write(let bytes, _): return .file(bytes)
        case .delete: return .nothing
        case nil: break
        }
        guard let entry = try await workspace.entry(path, in: base) else { return .nothing }
        switch entry.mode {
        case .symlink: return .link
        case .submodule: return .otherRepository
        case .regular, .executable: return .file(try await workspace.content(of: entry))
        }
    }

    /// All paths, sorted.
    func paths() async throws -> [String] {
        let kept = try await workspace.entries(in: base).map(\.path)
        if changes.isEmpty { return kept }
        return (kept.filter { changes[$0] == nil } + changes.filter(\.value.isWrite).map(\.key)).sorted()
    }

    /// Whether some file lies below the path.
    func isFolder(_ path: String) async throws -> Bool {
        let prefix = path + "/"
        return try await paths().contains { $0.hasPrefix(prefix) }
    }

    /// The part of the path that is a file, link or other repository, so that nothing can lie below it; nil when none is.
    func obstacle(above path: String) async throws -> String? {
        var end = path.startIndex
        while let slash = path[end...].firstIndex(of: "/") {
            let folder = String(path[..<slash])
            if try await item(at: folder) != .nothing { return folder }
            end = path.index(after: slash)
        }
        return nil
    }

    /// Puts new content at the path; an edit that brings the base's own content back is no edit any more.
    mutating func write(_ bytes: [UInt8], to path: String) async throws {
        let before = changes.removeValue(forKey: path)
        let isExecutable: Bool? = if case .write(_, let flag) = before { flag } else { nil }
        if isExecutable == nil, try await item(at: path) == .file(bytes) { return }
        changes[path] = .write(bytes, isExecutable: isExecutable)
    }

    /// What the edits weigh, without the one at `path`.
    func sizeInBytes(without path: String) -> Int {
        changes.reduce(0) { sum, change in
            guard change.key != path, case .write(let bytes, _) = change.value else { return sum }
            return sum + bytes.count
        }
    }

    /// The matches in the base and the edits, by path and line.
    func matches(of search: TextSearch) async throws -> [TextSearch.Match] {
        var found = try await workspace.matches(of: search, in: base, hiding: Set(changes.keys))
        for (path, change) in changes where search.covers(path: path) {
            guard case .write(let bytes, _) = change else { continue }
            found += search.matches(in: bytes, of: path, limit: search.limit)
        }
        let sorted = found.sorted { ($0.path, $0.line) < ($1.path, $1.line) }
        return Array(sorted.prefix(search.limit))
    }
}

/// The files and folders that we put into one folder of a slot.
final class SlotRecord {
    struct File {
        var mode: FileMode
        var id: ObjectID
        var stamp: FileStamp
        /// Whether the stamp alone vouches for the content; false while the file is so new that a change right after
        /// our own would carry the same change time.
        var isSettled = false
    }

    var files: [String: File] = [:]
    var folders: [String: SlotRecord] = [:]
    /// The folder's own stamp when it last listed exactly these names; nil when that has to be looked at again.
    var settledStamp: FileStamp?
    /// The folder's number at the slot's ``SlotWatch``; nil while nobody watches it.
    var watch: Int32?
    /// The files that are submodules: empty folders, into which nobody looks by themselves.
    private(set) var submodules: Set<String> = []

    var hasSubmodules: Bool {
        !submodules.isEmpty
    }

    /// Whether a name came or went that is none of ours; what was done under it may show under another name too.
    func hasNewName(_ news: SlotNews, isRoot: Bool = false) -> Bool {
        for name in watch.flatMap({ news.names[$0] }) ?? [] where files[name] == nil && folders[name] == nil {
            if !(isRoot && name == ".git") { return true }
        }
        return folders.values.contains { $0.hasNewName(news) }
    }

    /// Drops what is told of our own deletions, which left nothing to compare.
    func forgetRemoved(_ paths: Set<String>, in news: inout SlotNews) {
        for path in paths {
            let components = path.split(separator: "/")
            guard let name = components.last.map(String.init), let folder = folder(components.dropLast()),
                let watch = folder.watch, folder.files[name] == nil, folder.folders[name] == nil
            else { continue }
            news.names[watch]?.remove(name)
        }
        for watch in news.names.keys {
            news.names[watch] = news.names[watch]?.filter { !$0.hasPrefix(SlotFolder.deletedPrefix) }
        }
    }

    func file(_ components: ArraySlice<Substring>) -> File? {
        guard let name = components.last else { return nil }
        return folder(components.dropLast())?.files[String(name)]
    }

    func hasFolder(_ components: ArraySlice<Substring>) -> Bool {
        folder(components) != nil
    }

    func isEmptyFolder(_ components: ArraySlice<Substring>) -> Bool {
        guard let folder = folder(components) else { return false }
        return folder.files.isEmpty && folder.folders.isEmpty
    }

    func record(_ components: ArraySlice<Substring>, _ file: File) {
        guard let name = components.last else { return }
        var place = self
        for component in components.dropLast() {
            let next = place.folders[String(component)] ?? SlotRecord()
            place.folders[String(component)] = next
            place = next
        }
        place.files[String(name)] = file
        if file.mode == .submodule { place.submodules.insert(String(name)) }
    }

    func forgetFile(_ components: ArraySlice<Substring>) {
        guard let name = components.last else { return }
        guard let folder = folder(components.dropLast()) else { return }
        folder.files[String(name)] = nil
        folder.submodules.remove(String(name))
    }

    func forgetFolder(_ components: ArraySlice<Substring>) {
        guard let name = components.last else { return }
        folder(components.dropLast())?.folders[String(name)] = nil
    }

    /// The paths of all files below.
    func paths(prefix: String) -> [String] {
        files.keys.map { prefix + $0 } + folders.flatMap { $0.value.paths(prefix: prefix + $0.key + "/") }
    }

    /// The record of a folder below; of this one for no components.
    func folder(_ components: ArraySlice<Substring>) -> SlotRecord? {
        var place: SlotRecord? = self
        for component in components {
            place = place?.folders[String(component)]
        }
        return place
    }
}

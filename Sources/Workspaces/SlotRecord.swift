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
    }

    func forgetFile(_ components: ArraySlice<Substring>) {
        guard let name = components.last else { return }
        folder(components.dropLast())?.files[String(name)] = nil
    }

    func forgetFolder(_ components: ArraySlice<Substring>) {
        guard let name = components.last else { return }
        folder(components.dropLast())?.folders[String(name)] = nil
    }

    /// The paths of all files below.
    func paths(prefix: String) -> [String] {
        files.keys.map { prefix + $0 } + folders.flatMap { $0.value.paths(prefix: prefix + $0.key + "/") }
    }

    private func folder(_ components: ArraySlice<Substring>) -> SlotRecord? {
        var place: SlotRecord? = self
        for component in components {
            place = place?.folders[String(component)]
        }
        return place
    }
}

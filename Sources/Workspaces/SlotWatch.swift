import Glibc

/// Hears from the kernel what is done in the folders of a slot, so that a sweep need not look at every file.
///
/// A content cannot change unheard: each way to write needs a descriptor that is open for writing, and its last close is
/// told too, as when a process is killed that wrote through a mapping. The one way round is another name of the same file
/// outside of the watched folders. In a cage none can be made, because a link does not cross its mounts; when a new
/// name shows inside of them, ``SlotScan`` looks at everything.
///
/// - SeeAlso: inotify(7).
final class SlotWatch {
    private static let interest = UInt32(
        IN_MODIFY | IN_ATTRIB | IN_CLOSE_WRITE | IN_MOVED_FROM | IN_MOVED_TO | IN_CREATE | IN_DELETE | IN_DELETE_SELF
            | IN_MOVE_SELF | IN_ONLYDIR)

    private let descriptor: Int32
    private var buffer = [UInt8](repeating: 0, count: 64 << 10)

    /// Starts without a folder; nil when the user has no watcher left.
    init?() {
        descriptor = inotify_init1(Int32(IN_NONBLOCK | IN_CLOEXEC))
        guard descriptor >= 0 else { return nil }
    }

    deinit {
        close(descriptor)
    }

    /// Hears of a folder from now on; the number is the same for as long as it is the same folder.
    ///
    /// - Returns: nil when the user has no watch left.
    func add(_ folder: SlotFolder) -> Int32? {
        let number = inotify_add_watch(descriptor, "/proc/self/fd/\(folder.descriptor)", Self.interest)
        return number >= 0 ? number : nil
    }

    /// Adds what happened since the last call.
    func hear(_ news: inout SlotNews) {
        while true {
            let count = buffer.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
            guard count > 0 else {
                if count < 0, errno == EINTR { continue }
                if count == 0 || errno != EAGAIN { news.isComplete = false }
                return
            }
            buffer.withUnsafeBytes { Self.take(UnsafeRawBufferPointer(rebasing: $0[..<count]), into: &news) }
        }
    }

    private static func take(_ bytes: UnsafeRawBufferPointer, into news: inout SlotNews) {
        let headSize = MemoryLayout<inotify_event>.size
        var offset = 0
        while offset + headSize <= bytes.count {
            // SAFETY: the kernel writes whole events; the head is copied, and the name is `len` bytes after it.
            let head = bytes.loadUnaligned(fromByteOffset: offset, as: inotify_event.self)
            let nameStart = offset + headSize
            let name = bytes[nameStart..<min(nameStart + Int(head.len), bytes.count)].prefix { $0 != 0 }
            offset = nameStart + Int(head.len)
            if head.mask & UInt32(IN_Q_OVERFLOW) != 0 {
                news.isComplete = false
            } else if !name.isEmpty, let text = String(validating: name, as: UTF8.self) {
                news.names[head.wd, default: []].insert(text)
            } else {
                news.folders.insert(head.wd)
            }
        }
    }
}

/// What was done in watched folders, by their numbers.
struct SlotNews {
    /// Names that were touched, came or went.
    var names: [Int32: Set<String>] = [:]
    /// Folders that were touched themselves, are watched no more, or hold names that are not UTF-8.
    var folders: Set<Int32> = []
    /// Whether nothing was missed.
    var isComplete = true
}

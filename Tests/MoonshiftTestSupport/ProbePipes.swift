import Glibc
import Synchronization

/// The pipes between a ``ProcessProbe`` and its child, and the loop that serves them.
final class ProbePipes: Sendable {
    let childInput: Int32
    let childOutput: Int32
    let childError: Int32
    private let input: Int32
    private let output: Int32
    private let error: Int32
    private let exitReader: Int32
    private let exitWriter: Int32
    private let open: Mutex<Set<Int32>>

    init() throws {
        var made: [Int32] = []
        for _ in 0..<4 {
            var ends: [Int32] = [-1, -1]
            guard pipe(&ends) == 0 else {
                let code = errno
                for end in made { _ = Glibc.close(end) }
                throw ProcessProbe.CannotStart(arguments: ["pipe"], code: code)
            }
            // Two steps, because Swift sees no `pipe2`: the caller keeps others from starting a child between them.
            for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
            made += ends
        }
        (childInput, input, output, childOutput) = (made[0], made[1], made[2], made[3])
        (error, childError, exitReader, exitWriter) = (made[4], made[5], made[6], made[7])
        open = Mutex(Set(made))
        for end in [input, output, error] { _ = fcntl(end, F_SETFL, O_NONBLOCK) }
    }

    func closeChildEnds() {
        for end in [childInput, childOutput, childError] { close(end) }
    }

    func closeAll() {
        let left = open.withLock { open in
            defer { open = [] }
            return open
        }
        for end in left { _ = Glibc.close(end) }
    }

    /// Ends ``pump(input:sink:)`` also when a grandchild still holds the output open.
    func announceExit() {
        var byte: UInt8 = 1
        _ = Glibc.write(exitWriter, &byte, 1)
    }

    /// Feeds the input and hands over the output until the child has ended; what it had written by then is all read.
    func pump(input bytes: [UInt8], sink: (_ bytes: ArraySlice<UInt8>, _ isError: Bool) -> Void) {
        // A child that does not read its input must not end the tests.
        signal(SIGPIPE, SIG_IGN)
        var rest = bytes[...]
        if rest.isEmpty { close(input) }
        while true {
            var watched = [
                pollfd(fd: isOpen(output) ? output : -1, events: Int16(POLLIN), revents: 0),
                pollfd(fd: isOpen(error) ? error : -1, events: Int16(POLLIN), revents: 0),
                pollfd(fd: isOpen(input) ? input : -1, events: Int16(POLLOUT), revents: 0),
                pollfd(fd: exitReader, events: Int16(POLLIN), revents: 0),
            ]
            guard poll(&watched, nfds_t(watched.count), -1) >= 0 || errno == EINTR else { return }
            if watched[2].revents != 0 { feed(&rest) }
            drain(output) { sink($0, false) }
            drain(error) { sink($0, true) }
            if watched[3].revents != 0 {
                drain(output) { sink($0, false) }
                drain(error) { sink($0, true) }
                return
            }
        }
    }

    private func feed(_ rest: inout ArraySlice<UInt8>) {
        let count = rest.withUnsafeBytes { Glibc.write(input, $0.baseAddress, $0.count) }
        if count > 0 { rest = rest.dropFirst(count) }
        if rest.isEmpty || (count < 0 && errno != EAGAIN && errno != EINTR) { close(input) }
    }

    private func drain(_ descriptor: Int32, sink: (ArraySlice<UInt8>) -> Void) {
        guard isOpen(descriptor) else { return }
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = read(descriptor, &buffer, buffer.count)
            if count > 0 {
                sink(buffer[0..<count])
            } else if count < 0, errno == EINTR {
                continue
            } else {
                if count == 0 || errno != EAGAIN { close(descriptor) }
                return
            }
        }
    }

    private func isOpen(_ descriptor: Int32) -> Bool {
        open.withLock { $0.contains(descriptor) }
    }

    private func close(_ descriptor: Int32) {
        if open.withLock({ $0.remove(descriptor) != nil }) { _ = Glibc.close(descriptor) }
    }
}

import Foundation
import Glibc
import Synchronization

/// A port in front of a server on this machine that a test can close, as if the server had died, and open again.
///
/// Plain threads do the blocking, two for each connection. What is open when the last reference goes away is closed.
final class LoopbackRelay: Sendable {
    struct CannotListen: Error {}

    private struct State {
        var listener: Int32?
        var connections: Set<Int32> = []
    }

    let port: Int
    private let target: Int
    private let state = Mutex(State())

    /// Listens on a free port and passes everything on to the target.
    init(to target: Int) throws {
        self.target = target
        let (listener, port) = try Self.listen(on: 0)
        self.port = port
        start(listener)
    }

    deinit {
        close()
    }

    /// Breaks every connection and refuses new ones.
    func close() {
        state.withLock { state in
            if let listener = state.listener { shutdown(listener, Int32(SHUT_RDWR)) }
            for connection in state.connections { shutdown(connection, Int32(SHUT_RDWR)) }
            state = State()
        }
    }

    /// Listens again on the same port.
    func open() throws {
        start(try Self.listen(on: port).listener)
    }

    private func start(_ listener: Int32) {
        state.withLock { $0.listener = listener }
        Thread.detachNewThread { [weak self] in
            while true {
                let client = accept(listener, nil, nil)
                guard client >= 0, let self else { break }
                self.relay(client, of: listener)
            }
            Glibc.close(listener)
        }
    }

    private func relay(_ client: Int32, of listener: Int32) {
        let server = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        let isWanted = state.withLock { state in
            guard state.listener == listener else { return false }
            state.connections.formUnion([client, server])
            return true
        }
        guard isWanted, Self.withAddress(target, { connect(server, $0, $1) }) == 0 else {
            finish([client, server])
            return
        }
        let directions = Mutex(2)
        for (source, sink) in [(client, server), (server, client)] {
            Thread.detachNewThread { [weak self] in
                Self.pump(source, sink)
                let isLast = directions.withLock { left in
                    left -= 1
                    return left == 0
                }
                if isLast { self?.finish([client, server]) }
            }
        }
    }

    private func finish(_ descriptors: Set<Int32>) {
        state.withLock { $0.connections.subtract(descriptors) }
        for descriptor in descriptors { Glibc.close(descriptor) }
    }

    /// Copies until either side ends, then ends both.
    private static func pump(_ source: Int32, _ sink: Int32) {
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = recv(source, &buffer, buffer.count, 0)
            guard count > 0, send(sink, buffer, count, Int32(MSG_NOSIGNAL)) == count else { break }
        }
        shutdown(source, Int32(SHUT_RDWR))
        shutdown(sink, Int32(SHUT_RDWR))
    }

    private static func listen(on port: Int) throws -> (listener: Int32, port: Int) {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var yes: Int32 = 1
        setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
        guard withAddress(port, { bind(listener, $0, $1) }) == 0, Glibc.listen(listener, 128) == 0 else {
            Glibc.close(listener)
            throw CannotListen()
        }
        var address = sockaddr_in()
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { _ = getsockname(listener, $0, &size) }
        }
        return (listener, Int(UInt16(bigEndian: address.sin_port)))
    }

    private static func withAddress(
        _ port: Int, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32
    ) -> Int32 {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
    }
}

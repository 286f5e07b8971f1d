import Foundation
import Glibc
import Synchronization

/// A loopback server on plain sockets that sends exactly the bytes of a script, so that answers can break off anywhere.
final class ScriptedServer: Sendable {
    enum Step: Sendable {
        case send(String)
        case sendBytes([UInt8])
        /// The server is slow.
        case pause(milliseconds: UInt32)
        /// Calls the closure on the connection's thread, which may wait for a ``ThreadGate`` there.
        case perform(@Sendable () -> Void)
        /// Closes the connection in an orderly way.
        case close
        /// Closes it with a TCP reset.
        case reset
    }

    struct Request: Sendable {
        /// Which request of the server it is, from 0.
        var number: Int
        /// The request line and headers as they came.
        var head: String
        var body: [UInt8]

        /// The value of a header by its name, without regard to case.
        func header(_ name: String) -> String? {
            for line in head.split(separator: "\r\n").dropFirst() {
                let parts = line.split(separator: ":", maxSplits: 1)
                guard parts.count == 2, parts[0].lowercased() == name.lowercased() else { continue }
                return parts[1].trimmingCharacters(in: .whitespaces)
            }
            return nil
        }
    }

    typealias Script = @Sendable (Request) -> [Step]

    let port: Int
    private let listener: Int32
    private let script: Script
    private let state = Mutex((requests: [Request](), connections: 0, open: Set<Int32>(), isStopped: false))

    var baseURL: String { "http://127.0.0.1:\(port)/v1" }
    /// How many connections were accepted.
    var connections: Int { state.withLock { $0.connections } }
    var requests: [Request] { state.withLock { $0.requests } }

    /// Runs `body` with a server that is stopped afterwards.
    static func with<Result>(
        _ script: @escaping Script, _ body: (ScriptedServer) async throws -> Result
    ) async throws -> Result {
        let server = try ScriptedServer(script)
        defer { server.stop() }
        return try await body(server)
    }

    /// Runs `body` with a port that refuses every connection: it is taken, so that nobody else gets it, and nobody listens.
    static func withRefusingPort<Result>(_ body: (Int) async throws -> Result) async throws -> Result {
        let (descriptor, port) = try bound()
        defer { Glibc.close(descriptor) }
        return try await body(port)
    }

    private init(_ script: @escaping Script) throws {
        (listener, port) = try Self.bound()
        self.script = script
        guard listen(listener, 1_024) == 0 else { throw POSIXError(.EIO) }
        Thread.detachNewThread { [self] in accept() }
    }

    private static func bound() throws -> (Int32, Int) {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, length) == 0 && getsockname(descriptor, $0, &length) == 0
            }
        }
        guard isBound else { throw POSIXError(.EADDRNOTAVAIL) }
        return (descriptor, Int(UInt16(bigEndian: address.sin_port)))
    }

    private func stop() {
        shutdown(listener, Int32(SHUT_RDWR))
        let open = state.withLock { state in
            state.isStopped = true
            return state.open
        }
        for descriptor in open { shutdown(descriptor, Int32(SHUT_RDWR)) }
    }

    private func accept() {
        while true {
            let descriptor = Glibc.accept(listener, nil, nil)
            guard descriptor >= 0 else { break }
            let isWanted = state.withLock { state in
                state.connections += 1
                if !state.isStopped { state.open.insert(descriptor) }
                return !state.isStopped
            }
            guard isWanted else { return }
            Thread.detachNewThread { [self] in
                serve(descriptor)
                state.withLock { _ = $0.open.remove(descriptor) }
                Glibc.close(descriptor)
            }
        }
        Glibc.close(listener)
    }

    private func serve(_ descriptor: Int32) {
        var received: [UInt8] = []
        while let request = read(descriptor, &received) {
            for step in script(request) {
                switch step {
                case .send(let text):
                    guard write(Array(text.utf8), to: descriptor) else { return }
                case .sendBytes(let bytes):
                    guard write(bytes, to: descriptor) else { return }
                case .pause(let milliseconds): usleep(1_000 * milliseconds)
                case .perform(let action): action()
                case .close: return
                case .reset:
                    var option = linger(l_onoff: 1, l_linger: 0)
                    setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
                    return
                }
            }
        }
    }

    /// Reads one request; nil when the client went away or speaks no HTTP.
    private func read(_ descriptor: Int32, _ received: inout [UInt8]) -> Request? {
        let end = Array("\r\n\r\n".utf8)
        var piece = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            if let range = received.firstRange(of: end) {
                let head = String(decoding: received[..<range.lowerBound], as: UTF8.self)
                var request = Request(number: 0, head: head, body: [])
                let length = request.header("content-length").flatMap { Int($0) } ?? 0
                if received.count - range.upperBound >= length {
                    request.body = Array(received[range.upperBound..<(range.upperBound + length)])
                    received.removeFirst(range.upperBound + length)
                    return state.withLock { state in
                        request.number = state.requests.count
                        state.requests.append(request)
                        return request
                    }
                }
            }
            let count = recv(descriptor, &piece, piece.count, 0)
            // 0x16 opens a TLS handshake, which this server does not speak.
            guard count > 0, received.first ?? piece[0] != 0x16 else { return nil }
            received += piece[..<count]
        }
    }

    private func write(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes { rest in
                Glibc.send(descriptor, rest.baseAddress, rest.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return false }
            sent += count
        }
        return true
    }
}

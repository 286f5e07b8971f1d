import NIOCore
import NIOPosix

/// A bare HTTP/1.1 client for tests: it shows what came over the wire, also when that is half an answer.
package enum LoopbackHTTP {
    /// Sends one request on a connection of its own and reads until the server closes.
    ///
    /// - Throws: When nothing listens on the port.
    package static func request(
        _ path: String, method: String = "GET", host: String = "127.0.0.1", port: Int, headers: [String: String] = [:],
        body: [UInt8] = []
    ) async throws -> HTTPReply {
        var head = "\(method) \(path) HTTP/1.1\r\nhost: \(host):\(port)\r\nconnection: close\r\n"
        for (name, value) in headers.sorted(by: { $0.key < $1.key }) { head += "\(name): \(value)\r\n" }
        if !body.isEmpty || method == "POST" { head += "content-length: \(body.count)\r\n" }
        return HTTPReply(wire: try await exchange(Array((head + "\r\n").utf8) + body, host: host, port: port))
    }

    /// Sends these bytes and reads until the server closes.
    package static func exchange(_ bytes: [UInt8], host: String = "127.0.0.1", port: Int) async throws -> [UInt8] {
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connect(host: host, port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
                }
            }
        return try await channel.executeThenClose { inbound, outbound in
            var received: [UInt8] = []
            do {
                try await outbound.write(ByteBuffer(bytes: bytes))
                for try await buffer in inbound { received += buffer.readableBytesView }
            } catch is IOError, is ChannelError {
                // A server that closes while we still send resets the connection; what it said before counts.
            }
            return received
        }
    }
}

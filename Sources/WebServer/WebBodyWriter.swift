import NIOCore

/// The open body of a streamed answer.
package struct WebBodyWriter: Sendable {
    private let send: @Sendable (ByteBuffer) async throws -> Void

    init(send: @escaping @Sendable (ByteBuffer) async throws -> Void) {
        self.send = send
    }

    /// Sends bytes now, as one chunk; returns when the connection can take more.
    ///
    /// - Throws: When the client is gone or the server was stopped.
    package func write(_ bytes: [UInt8]) async throws {
        guard !bytes.isEmpty else { return }
        try await send(ByteBuffer(bytes: bytes))
    }

    /// Sends a text in UTF-8 now, as one chunk.
    package func write(_ text: String) async throws {
        guard !text.isEmpty else { return }
        try await send(ByteBuffer(string: text))
    }
}

import Glibc
import Hummingbird
import HummingbirdCore
package import Logging
import NIOCore
import Synchronization

/// An HTTP/1.1 server on the loopback interface that answers each request by one asynchronous function.
///
/// It listens from ``start(_:logger:handler:)`` until ``stop(within:)``; there is no other way to end it, so every start
/// needs its stop. Handlers of all connections run at the same time.
package final class WebServer: Sendable {
    package struct Configuration: Equatable, Sendable {
        /// An address of this machine; loopback unless said otherwise.
        package var host: String
        /// 0 takes any free port.
        package var port: Int
        /// A request with a longer body is answered 413 and its connection closed.
        package var bodyLimitInBytes: Int
        /// Connections that wait for accept; the kernel caps it at `net.core.somaxconn`.
        package var backlog: Int

        package init(
            host: String = "127.0.0.1", port: Int = 0, bodyLimitInBytes: Int = 32 << 20, backlog: Int = 4_096
        ) {
            self.host = host
            self.port = port
            self.bodyLimitInBytes = bodyLimitInBytes
            self.backlog = backlog
        }
    }

    /// Answers one request. An error other than ``ConnectionDrop`` becomes status 500 and a line in the log.
    ///
    /// A handler has to end soon after its task is cancelled: a stop waits for it.
    package typealias Handler = @Sendable (WebRequest) async throws -> WebResponse

    package let host: String
    /// The port that it really listens on.
    package let port: Int

    private let server: Server<HTTP1Channel>
    private let running: Task<Void, any Error>

    private init(host: String, port: Int, server: Server<HTTP1Channel>, running: Task<Void, any Error>) {
        self.host = host
        self.port = port
        self.server = server
        self.running = running
    }

    /// `http://host:port`, without a slash at the end.
    package var origin: String {
        "http://\(host.contains(":") ? "[\(host)]" : host):\(port)"
    }

    /// Binds the address and starts to answer.
    ///
    /// - Throws: ``WebServerError``; nothing is left running then.
    package static func start(
        _ configuration: Configuration = Configuration(), logger: Logger, handler: @escaping Handler
    ) async throws(WebServerError) -> WebServer {
        let (ports, bound) = AsyncStream.makeStream(of: Int.self)
        let server = server(configuration, logger: logger, handler: handler) { bound.yield($0) }
        // Not a child of the caller: the server outlives this call, and `stop(within:)` awaits it.
        let running = Task {
            defer { bound.finish() }
            try await server.run()
        }
        for await port in ports {
            return WebServer(host: configuration.host, port: port, server: server, running: running)
        }
        guard case .failure(let error) = await running.result else {
            throw .cannotBind(host: configuration.host, port: configuration.port, cause: CancellationError())
        }
        throw WebServerError(bindingFailure: error, configuration)
    }

    /// Stops to accept, lets open requests end, and returns when the last connection is closed.
    ///
    /// - Parameter grace: After it the handlers that still run are cancelled and their connections closed. May be called
    ///   more than once.
    package func stop(within grace: Duration = .seconds(2)) async {
        await withTaskGroup { group in
            group.addTask { [running] in
                guard (try? await Task.sleep(for: grace)) != nil else { return }
                running.cancel()
            }
            // What fails here is a server that is down already.
            try? await server.shutdownGracefully()
            _ = await running.result
            group.cancelAll()
        }
    }

    private static func server(
        _ configuration: Configuration, logger: Logger, handler: @escaping Handler,
        bound: @escaping @Sendable (Int) -> Void
    ) -> Server<HTTP1Channel> {
        let exchange = HTTPExchange(bodyLimitInBytes: configuration.bodyLimitInBytes, logger: logger, handler: handler)
        // The library's own lines ("Server started") are not for our operators.
        var quiet = logger
        quiet.logLevel = max(logger.logLevel, .warning)
        return Server(
            childChannelSetup: HTTP1Channel { request, writer, _ in
                try await exchange.answer(request, writer)
            },
            configuration: ServerConfiguration(
                address: .hostname(configuration.host, port: configuration.port), backlog: configuration.backlog),
            onServerRunning: { bound($0.localAddress?.port ?? configuration.port) },
            eventLoopGroup: EventLoopGroupProvider.singleton.eventLoopGroup,
            logger: quiet
        )
    }
}

extension WebServer {
    /// Runs `body` with a server of its own that is stopped afterwards, also when `body` throws.
    package static func withServer<Result>(
        _ configuration: Configuration = Configuration(), logger: Logger, handler: @escaping Handler,
        _ body: (WebServer) async throws -> Result
    ) async throws -> Result {
        let server = try await start(configuration, logger: logger, handler: handler)
        do {
            let result = try await body(server)
            await server.stop()
            return result
        } catch {
            await server.stop(within: .zero)
            throw error
        }
    }
}

extension WebServerError {
    fileprivate init(bindingFailure error: any Error, _ configuration: WebServer.Configuration) {
        switch (error as? IOError)?.errnoCode {
        case EADDRINUSE: self = .portInUse(host: configuration.host, port: configuration.port)
        case EACCES, EPERM: self = .notPermitted(host: configuration.host, port: configuration.port)
        default: self = .cannotBind(host: configuration.host, port: configuration.port, cause: error)
        }
    }
}

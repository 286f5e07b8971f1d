@preconcurrency import Dispatch
import Foundation

/// The interrupts of a terminal and of a service manager, as a stream.
enum Interrupts {
    /// SIGINT and SIGTERM from now on, by number; their default action is off while the stream lives.
    static func stream() -> AsyncStream<Int32> {
        let (stream, continuation) = AsyncStream.makeStream(of: Int32.self)
        for number in [SIGINT, SIGTERM] {
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number)
            source.setEventHandler { continuation.yield(number) }
            source.resume()
            continuation.onTermination = { [previous = continuation.onTermination] end in
                previous?(end)
                source.cancel()
            }
        }
        return stream
    }
}

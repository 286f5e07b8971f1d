import Glibc
import Synchronization

/// What a ``ProcessProbe`` knows of its child, and who waits for which news.
final class ProbeState: Sendable {
    private struct Facts {
        var output: [UInt8] = []
        var standardError: [UInt8] = []
        var everything: [UInt8] = []
        var result: ProcessOutput?
        var atEnd: [CheckedContinuation<ProcessOutput, Never>] = []
        var atText: [(text: String, continuation: CheckedContinuation<Void, any Error>)] = []

        /// Whether `text` was printed, looking only at what follows the first `offset` bytes.
        func holds(_ text: String, after offset: Int = 0) -> Bool {
            // What was looked at before may end with the text's beginning.
            String(decoding: everything[max(0, offset - text.utf8.count)...], as: UTF8.self).contains(text)
        }
    }

    private let facts = Mutex(Facts())

    func append(_ bytes: ArraySlice<UInt8>, isError: Bool) {
        let satisfied = facts.withLock { facts in
            if isError { facts.standardError += bytes } else { facts.output += bytes }
            let seen = facts.everything.count
            facts.everything += bytes
            let satisfied = facts.atText.filter { facts.holds($0.text, after: seen) }
            facts.atText.removeAll { waiter in satisfied.contains { $0.text == waiter.text } }
            return satisfied.map(\.continuation)
        }
        for continuation in satisfied { continuation.resume() }
    }

    /// Runs `body` while the process id is certainly still ours.
    func whileAlive(_ body: () -> Int32) {
        facts.withLock { facts in
            if facts.result == nil { _ = body() }
        }
    }

    /// Collects the exit status of a process that has ended and wakes all who wait.
    func reap(_ processID: pid_t) {
        let (result, atEnd, atText) = facts.withLock { facts in
            var status: Int32 = 0
            while waitpid(processID, &status, 0) == -1, errno == EINTR {}
            let signal = status & 0x7f
            let result = ProcessOutput(
                exitCode: signal == 0 ? (status >> 8) & 0xff : 128 + signal,
                output: String(decoding: facts.output, as: UTF8.self),
                standardError: String(decoding: facts.standardError, as: UTF8.self))
            facts.result = result
            defer { (facts.atEnd, facts.atText) = ([], []) }
            return (result, facts.atEnd, facts.atText)
        }
        for waiter in atText {
            waiter.continuation.resume(throwing: ProcessProbe.EndedEarly(expected: waiter.text, output: result))
        }
        for continuation in atEnd { continuation.resume(returning: result) }
    }

    func notifyAtEnd(_ continuation: CheckedContinuation<ProcessOutput, Never>) {
        let result = facts.withLock { facts in
            if facts.result == nil { facts.atEnd.append(continuation) }
            return facts.result
        }
        if let result { continuation.resume(returning: result) }
    }

    func notify(at text: String, _ continuation: CheckedContinuation<Void, any Error>) {
        let (isThere, result) = facts.withLock { facts in
            let isThere = facts.holds(text)
            if !isThere, facts.result == nil { facts.atText.append((text, continuation)) }
            return (isThere, facts.result)
        }
        if isThere {
            continuation.resume()
        } else if let result {
            continuation.resume(throwing: ProcessProbe.EndedEarly(expected: text, output: result))
        }
    }
}

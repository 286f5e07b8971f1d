import CLuaShim
import Synchronization
import Telemetry
package import Vocabulary

extension LuaState {
    /// Calls the function at `path` inside a loaded value with one argument, and waits for the host functions that it
    /// awaits.
    ///
    /// Other calls of this state may run while this one waits. Cancelling the task ends the call, wherever it stands, also
    /// inside an endless loop.
    /// - Parameters:
    ///   - reference: What a load kept.
    ///   - path: Field names; an empty path calls the value itself, a number is a place in a list.
    ///   - argument: A copy of it is the function's only argument.
    /// - Returns: The function's first result and what the call used.
    /// - Throws: ``LuaError``; the state stays usable after each kind.
    package nonisolated(nonsending) func call(
        _ reference: LuaReference, path: [String] = [], argument: Value = .null
    ) async throws(LuaError) -> LuaResult {
        let clock = PartClock()
        let (started, first) = begin(reference, path, argument, parent: nil, canWait: true)
        defer { ms_call_end(started) }
        guard let call = started else { throw error(of: nil, first) }
        var status = first
        var awaited = Duration.zero
        while status == MS_WAITING {
            let asked = ContinuousClock.now
            let answer = await answer(call, within: limits.awaited - awaited)
            awaited += .now - asked
            status = resume(call, with: answer)
        }
        guard status == MS_DONE else { throw error(of: call, status) }
        return LuaResult(
            value: try result(of: call), ticks: Int(ms_call_ticks(call)), duration: clock.wall,
            cpuTime: first == MS_WAITING ? .zero : clock.threadCPU)
    }

    /// Calls the function at `path` inside a loaded value with one argument; a host function that waits is an error there.
    ///
    /// In a cancelled task it ends early, as every call does.
    /// - Throws: ``LuaError``; the state stays usable after each kind.
    package func callNow(
        _ reference: LuaReference, path: [String] = [], argument: Value = .null
    ) throws(LuaError) -> LuaResult {
        try callNow(reference, path: path, argument: argument, parent: nil)
    }

    func callNow(
        _ reference: LuaReference, path: [String], argument: Value, parent: OpaquePointer?
    ) throws(LuaError) -> LuaResult {
        let clock = PartClock()
        let (call, status) = begin(reference, path, argument, parent: parent, canWait: false)
        defer { ms_call_end(call) }
        guard status == MS_DONE, let call else { throw error(of: call, status) }
        return LuaResult(
            value: try result(of: call), ticks: Int(ms_call_ticks(call)), duration: clock.wall,
            cpuTime: clock.threadCPU)
    }

    private func begin(
        _ reference: LuaReference, _ path: [String], _ argument: Value, parent: OpaquePointer?, canWait: Bool
    ) -> (OpaquePointer?, ms_status) {
        let path = WireWriter(path: path)
        let argument = WireWriter(argument)
        // SAFETY: both writers own their bytes until the end of this function; the shim reads them in the first run only.
        let call = ms_call_function(
            handle, parent, reference.number, path.bytes, Int64(path.count), argument.bytes, Int64(argument.count),
            canWait)
        let status = ms_call_run(call)
        return withExtendedLifetime((path, argument)) { (call, status) }
    }

    private func resume(_ call: OpaquePointer, with answer: HostAnswer) -> ms_status {
        guard let reply = ms_call_reply(call) else { return MS_MEMORY }
        if case .late = answer { ms_call_doom(call, MS_AWAITED) }
        return ms_call_resume(call, answer.write(to: reply))
    }

    private nonisolated(nonsending) func answer(_ call: OpaquePointer, within time: Duration) async -> HostAnswer {
        var count: Int64 = 0
        let bytes = ms_call_bytes(call, &count)
        guard case .suspending(let body) = hosts.functions[Int(ms_call_host_function(call))].kind,
            let argument = try? WireReader.value(in: bytes, count: count)
        else { return .error("the Lua shim sent a damaged value") }
        return await HostAnswer.waiting(for: body, argument, within: time)
    }
}

extension HostAnswer {
    /// Runs a host function; when it is not done in time it is cancelled.
    ///
    /// It starts at once, on the caller's thread: most answers are there before a clock is needed.
    static nonisolated(nonsending) func waiting(
        for body: @escaping @Sendable (Value) async throws -> Value, _ argument: Value, within time: Duration
    ) async -> HostAnswer {
        await withTaskGroup(of: HostAnswer.self) { group in
            let isDone = DoneFlag()
            group.addImmediateTask {
                defer { isDone.raise() }
                do {
                    return .value(try await body(argument))
                } catch {
                    return HostAnswer(error)
                }
            }
            if !isDone.isRaised {
                group.addTask {
                    // An interrupted sleep is nobody's answer: the function's own comes first then.
                    try? await Task.sleep(for: time)
                    return .late
                }
            }
            let first = await group.next() ?? .late
            group.cancelAll()
            return first
        }
    }
}

/// Whether a child task is done already.
private final class DoneFlag: Sendable {
    private let state = Atomic(false)

    var isRaised: Bool {
        state.load(ordering: .acquiring)
    }

    func raise() {
        state.store(true, ordering: .releasing)
    }
}

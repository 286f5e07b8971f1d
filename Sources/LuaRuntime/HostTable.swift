import CLuaShim
import Glibc
import Vocabulary

/// What the C side calls back into: the host functions of one state by number, and the modules by environment.
final class HostTable {
    let functions: [HostFunction]
    private(set) var resolvers: [LuaConfiguration.ModuleResolver] = []
    /// The state that owns this table; set while the state exists.
    unowned var state: LuaState?
    // SAFETY: allocated here, read by the state while it is open, freed after the state is closed.
    let records: UnsafeMutableBufferPointer<ms_host_function>

    init(functions: [HostFunction]) {
        self.functions = functions
        records = .allocate(capacity: functions.count)
        for (index, function) in functions.enumerated() {
            let name = strdup(function.name)
            records.initializeElement(at: index, to: ms_host_function(name: name, waits: function.isSuspending))
        }
    }

    deinit {
        for record in records { free(UnsafeMutablePointer(mutating: record.name)) }
        records.deallocate()
    }

    /// - Returns: The number of the new environment.
    func addEnvironment(_ resolver: @escaping LuaConfiguration.ModuleResolver) -> Int32 {
        resolvers.append(resolver)
        return Int32(resolvers.count - 1)
    }

    var callbacks: ms_callbacks {
        ms_callbacks(
            context: Unmanaged.passUnretained(self).toOpaque(),
            host: { context, call, function, bytes, count, reply in
                guard let context, let call, let reply else { return Int32(MS_REPLY_ERROR) }
                let table = Unmanaged<HostTable>.fromOpaque(context).takeUnretainedValue()
                return table.run(call: call, function: Int(function), bytes: bytes, count: count, reply: reply)
            },
            resolve: { context, environment, name, count, chunkName, source in
                guard let context, let chunkName, let source else { return Int32(MS_REPLY_NONE) }
                let table = Unmanaged<HostTable>.fromOpaque(context).takeUnretainedValue()
                let name = String(decoding: UnsafeBufferPointer(start: name, count: Int(count)), as: UTF8.self)
                return table.resolve(name, environment: Int(environment), chunkName: chunkName, source: source)
            },
            // The script runs on the thread of its task.
            is_cancelled: { Task.isCancelled })
    }

    private func run(
        call: OpaquePointer, function: Int, bytes: UnsafePointer<UInt8>?, count: Int64, reply: OpaquePointer
    ) -> Int32 {
        guard case .immediate(let body) = functions[function].kind else { return Int32(MS_REPLY_ERROR) }
        let answer: HostAnswer
        do {
            let scope = state.map { HostCallScope(state: $0, call: call) }
            answer = .value(try body(try WireReader.value(in: bytes, count: count), scope))
        } catch {
            answer = HostAnswer(error)
        }
        return answer.write(to: reply)
    }

    private func resolve(_ name: String, environment: Int, chunkName: OpaquePointer, source: OpaquePointer) -> Int32 {
        do {
            guard let found = try resolvers[environment](name) else { return Int32(MS_REPLY_NONE) }
            chunkName.append("@" + found.chunkName)
            source.append(found.bytes)
            return Int32(MS_REPLY_VALUE)
        } catch {
            source.append(String(describing: error))
            return Int32(MS_REPLY_ERROR)
        }
    }
}

/// What a host function has to say, in the form in which it goes back to the script.
enum HostAnswer: Sendable {
    case value(Value)
    case error(String)
    case failure(LuaFailure)
    /// The time that a call may wait is over.
    case late

    init(_ error: any Error) {
        self = (error as? LuaFailure).map(Self.failure) ?? .error(String(describing: error))
    }

    /// - Returns: The kind of reply, one of `MS_REPLY_…`.
    func write(to reply: OpaquePointer) -> Int32 {
        switch self {
        case .value(let value):
            let writer = WireWriter(value)
            ms_buffer_append(reply, writer.bytes, Int64(writer.count))
            return Int32(MS_REPLY_VALUE)
        case .error(let message):
            reply.append(message)
            return Int32(MS_REPLY_ERROR)
        case .failure(let failure):
            reply.append(failure.message)
            return Int32(failure.isRetryable ? MS_REPLY_RETRYABLE : MS_REPLY_FAILURE)
        case .late:
            return Int32(MS_REPLY_NONE)
        }
    }
}

extension OpaquePointer {
    /// Appends to a buffer of the shim.
    fileprivate func append(_ bytes: [UInt8]) {
        bytes.withUnsafeBufferPointer { ms_buffer_append(self, $0.baseAddress, Int64($0.count)) }
    }

    fileprivate func append(_ text: String) {
        var text = text
        text.withUTF8 { ms_buffer_append(self, $0.baseAddress, Int64($0.count)) }
    }
}

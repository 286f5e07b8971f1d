import CLuaShim
package import Vocabulary

/// One sandboxed Lua state.
///
/// Owned by one actor or one task, never shared. Many calls may be in flight at once; each runs on its own coroutine with
/// its own budget, and they take turns where they wait.
///
/// A fault of a script ends its call only. Scripts may keep values between calls in the variables of their chunk; nothing
/// else outlives a call.
package final class LuaState {
    let limits: LuaLimits
    // SAFETY: opened in `init`, closed in `deinit`, used by the owner of this object only.
    let handle: OpaquePointer
    let hosts: HostTable
    private let resolveModule: LuaConfiguration.ModuleResolver

    /// Opens a state with the sandbox in place.
    ///
    /// - Throws: ``LuaError`` of kind `memory` when the limit is too small for an empty state (about 60 KiB).
    package init(configuration: LuaConfiguration) throws(LuaError) {
        limits = configuration.limits
        resolveModule = configuration.resolveModule
        hosts = HostTable(functions: BuiltInFunctions.all(for: configuration))
        var limits = ms_limits(configuration.limits)
        var callbacks = hosts.callbacks
        let records = hosts.records
        let opened = ms_state_open(
            &limits, &callbacks, configuration.seed, records.baseAddress, Int32(records.count),
            configuration.exposesStockStrings)
        guard let opened else {
            throw LuaError(kind: .memory, message: "no memory for a Lua state (limit \(limits.memory_bytes) bytes)")
        }
        handle = opened
        hosts.state = self
    }

    deinit {
        ms_state_close(handle)
    }

    /// Runs a chunk in an environment of its own and keeps the value that it returned.
    ///
    /// The chunk can not wait for host functions.
    /// - Parameters:
    ///   - source: Text of a recipe, a pack or a test.
    ///   - resolveModule: What `require` finds in this chunk and in the modules that it loads; nil for the configuration's.
    /// - Returns: The value, for as long as the state lives or until ``release(_:)``.
    /// - Throws: ``LuaError``; nothing of the chunk is kept then.
    package func load(
        _ source: LuaSource, resolvingModules resolveModule: LuaConfiguration.ModuleResolver? = nil
    ) throws(LuaError) -> LuaReference {
        let environment = hosts.addEnvironment(resolveModule ?? self.resolveModule)
        let call = ("@" + source.chunkName).withCString { chunkName in
            source.bytes.withUnsafeBufferPointer { bytes in
                let call = ms_call_load(
                    handle, limits.load.nanoseconds, bytes.baseAddress, Int64(bytes.count), chunkName, environment)
                return (handle: call, status: ms_call_run(call))
            }
        }
        defer { ms_call_end(call.handle) }
        guard call.status == MS_DONE, let handle = call.handle else {
            throw error(of: call.handle, call.status, slice: limits.load)
        }
        return LuaReference(number: ms_call_reference(handle))
    }

    /// The value with each function replaced by the string `function`: which policies a table has, and its settings.
    ///
    /// A table with both a list part and named fields becomes a map whose list part has the keys `1`, `2`, ….
    package func shape(of reference: LuaReference) throws(LuaError) -> Value {
        let call = ms_call_shape(handle, reference.number)
        let status = ms_call_run(call)
        defer { ms_call_end(call) }
        guard status == MS_DONE, let call else { throw error(of: call, status) }
        return try result(of: call)
    }

    /// Forgets a value; using the reference afterwards is a `notFound` error at best.
    package func release(_ reference: LuaReference) {
        ms_state_release(handle, reference.number)
    }

    /// Memory in use now, garbage included, in bytes.
    package var usedBytes: Int {
        Int(ms_state_used(handle))
    }

    /// The most memory that was in use at any time, in bytes.
    package var peakBytes: Int {
        Int(ms_state_peak(handle))
    }

    /// Frees what no script can reach any more.
    package func collectGarbage() {
        ms_state_collect(handle)
    }

    /// The liblua that is linked, such as `Lua 5.4.4`; below 5.4.8 it has known faults that the sandbox works around.
    package static var release: String {
        String(cString: ms_lua_release())
    }
}

extension LuaState {
    func result(of call: OpaquePointer) throws(LuaError) -> Value {
        var count: Int64 = 0
        let bytes = ms_call_bytes(call, &count)
        do {
            return try WireReader.value(in: bytes, count: count)
        } catch {
            throw LuaError(kind: .conversion, message: "the Lua shim sent a damaged value")
        }
    }

    // `slice` is the running time that the call had, where it is not the usual one.
    func error(of call: OpaquePointer?, _ status: ms_status, slice: Duration? = nil) -> LuaError {
        guard let call else { return LuaError(kind: .memory, message: "no memory for a call") }
        var count: Int64 = 0
        let message = ms_call_message(call, &count)
        var text = String(decoding: UnsafeBufferPointer(start: message, count: Int(count)), as: UTF8.self)
        let trace = ms_call_trace(call, &count)
        let traceText = String(decoding: UnsafeBufferPointer(start: trace, count: Int(count)), as: UTF8.self)
        let kind = LuaError.Kind(status, isRetryable: ms_call_is_retryable(call))
        if let limit = limit(behind: kind, slice: slice ?? limits.slice) { text += " (limit \(limit))" }
        var error = LuaError(kind: kind, message: text, trace: traceText.trimmingNewlines)
        let line = Int(ms_call_line(call))
        if line > 0 { (error.file, error.line) = (String(cString: ms_call_file(call)), line) }
        if let place = LuaError.place(in: text), kind == .syntax || kind == .conversion || place.file == error.file {
            (error.file, error.line) = (place.file, place.line)
        }
        return error
    }

    private func limit(behind kind: LuaError.Kind, slice: Duration) -> String? {
        switch kind {
        case .ticks: "\(limits.ticks) ticks"
        case .time: "\(slice)"
        case .awaited: "\(limits.awaited)"
        case .memory: "\(limits.memoryBytes) bytes"
        default: nil
        }
    }
}

extension LuaError {
    /// The `file:line:` that a message starts with.
    static func place(in message: String) -> (file: String, line: Int)? {
        let firstLine = message.prefix { $0 != "\n" }
        let parts = firstLine.split(separator: ":", omittingEmptySubsequences: false)
        for index in parts.indices.dropFirst().dropLast() {
            if let line = Int(parts[index]), line > 0 {
                return (parts[..<index].joined(separator: ":"), line)
            }
        }
        return nil
    }
}

extension LuaError.Kind {
    init(_ status: ms_status, isRetryable: Bool) {
        switch status {
        case MS_SYNTAX: self = .syntax
        case MS_TICKS: self = .ticks
        case MS_TIME: self = .time
        case MS_AWAITED: self = .awaited
        case MS_MEMORY: self = .memory
        case MS_CANCELLED: self = .cancelled
        case MS_CONVERSION: self = .conversion
        case MS_HOST_CALL: self = .hostCall
        case MS_FAILED: self = .failed(isRetryable: isRetryable)
        case MS_NOT_FOUND: self = .notFound
        default: self = .runtime
        }
    }
}

extension ms_limits {
    init(_ limits: LuaLimits) {
        self.init(
            ticks: Int64(max(1, min(limits.ticks, 1 << 58))), slice_nanoseconds: min(limits.slice.nanoseconds, 1 << 60),
            memory_bytes: Int64(max(1, limits.memoryBytes)), result_bytes: Int64(max(1, limits.resultBytes)),
            pcall_depth: Int32(clamping: limits.pcallDepth))
    }
}

extension String {
    fileprivate var trimmingNewlines: String {
        String(self[..<(lastIndex { $0 != "\n" }.map(index(after:)) ?? startIndex)])
    }
}

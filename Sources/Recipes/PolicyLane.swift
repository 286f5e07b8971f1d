import LuaRuntime
import Vocabulary

/// One loaded recipe or pack: the only owner of its Lua state.
///
/// Calls from many tasks take turns; one that waits for a host function lets the others go on.
actor PolicyLane {
    nonisolated let source: PolicySource
    nonisolated let table: PolicyTable
    private let state: LuaState
    private let reference: LuaReference

    /// Loads the source in a fresh state and checks its table.
    ///
    /// - Throws: ``RecipeError/faults(_:)``.
    init(source: PolicySource, notice: @escaping @Sendable (RecipeNotice) -> Void) throws(RecipeError) {
        guard let text = source.entryText else {
            throw .cannotRead(path: source.entryName, cause: "there is no such file")
        }
        self.source = source
        let configuration = LuaConfiguration(
            limits: LuaLimits(source.limits), seed: 1, hostFunctions: [TemplateFunction.make(for: source)],
            resolveModule: { name in source.module(named: name) },
            log: { entry in notice(RecipeNotice(entry, from: source)) })
        let shape: Value
        do throws(LuaError) {
            state = try LuaState(configuration: configuration)
            reference = try state.load(LuaSource(bytes: text, chunkName: source.entryName))
            shape = try state.shape(of: reference)
        } catch {
            throw RecipeError(error, in: source)
        }
        table = try PolicyTable(shape: shape, source: source)
    }

    /// Calls the function of the table at a path such as `["toolchains", "lua", "read"]`.
    func call(_ path: [String], _ argument: Value) async throws(LuaError) -> LuaResult {
        try await state.call(reference, path: path, argument: argument)
    }
}

extension RecipeError {
    /// A script that does not load, as a fault in its file.
    init(_ error: LuaError, in source: PolicySource) {
        var message = error.message
        if let file = error.file, let line = error.line {
            // The place is said once, in front.
            let prefix = "\(file):\(line): "
            if message.hasPrefix(prefix) { message.removeFirst(prefix.count) }
        }
        if !error.trace.isEmpty { message += "\n\(error.trace)" }
        self = .fault(error.file ?? source.entryName, line: error.line, message)
    }
}

extension RecipeNotice {
    init(_ entry: LuaLogEntry, from source: PolicySource) {
        let place = entry.file.map { file in entry.line.map { "\(file):\($0)" } ?? file } ?? source.entryName
        var message = "\(place): \(entry.message)"
        if !entry.fields.isEmpty { message += " \(Value.map(entry.fields).json)" }
        self.init(entry.level == .warning || entry.level == .error ? .warning : .info, message)
    }
}

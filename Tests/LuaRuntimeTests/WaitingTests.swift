import Foundation
import LuaRuntime
import MoonshiftTestSupport
import Synchronization
import Testing
import Vocabulary

/// A state with an owner, as the engine has it.
actor Owner {
    private let state: LuaState
    private let function: LuaReference

    init(_ body: String, _ configuration: LuaConfiguration) throws {
        state = try LuaState(configuration: configuration)
        function = try state.load(LuaSource("return function(c) \(body)\nend", chunkName: "script.lua"))
    }

    func run(_ argument: Value = .null) async throws -> Value {
        try await state.call(function, argument: argument).value
    }

    /// How a call ended, and when.
    func failure() async -> (LuaError?, ContinuousClock.Instant) {
        do {
            _ = try await state.call(function)
            return (nil, .now)
        } catch {
            return (error, .now)
        }
    }
}

@Suite(.timeLimit(.minutes(1))) struct WaitingTests {
    static let double = HostFunction(
        name: "host.double",
        kind: .suspending { value in
            await Task.yield()
            return .integer(Int64((value.integerValue ?? 0) * 2))
        })
    static let refuse = HostFunction(
        name: "host.refuse",
        kind: .suspending { _ in
            await Task.yield()
            throw LuaFailure("refused", isRetryable: true)
        })
    static let configuration = LuaConfiguration(hostFunctions: [double, refuse])

    @Test(arguments: [
        ("return host.double(c) + host.double(1)", 12 as Value),
        ("local ok, v = pcall(host.double, c) return v", 10),
        ("local ok, v = xpcall(function() return host.double(c) end, error) return v", 10),
        ("return select(2, pcall(pcall, pcall, host.double, c)) and 'nested'", "nested"),
        ("return coroutine.wrap(function() return host.double(c) end)()", 10),
        (
            """
            local co = coroutine.wrap(function() for i = 1, 3 do coroutine.yield(host.double(i)) end end)
            return co() + co() + co()
            """, 12
        ),
        ("return coroutine.wrap(function() return coroutine.wrap(function() return host.double(c) end)() end)()", 10),
        ("return setmetatable({}, { __index = function(_, k) return host.double(k) end })[c]", 10),
        ("return setmetatable({}, { __add = function(_, k) return host.double(k) end }) + c", 10),
        ("return setmetatable({}, { __call = function(_, k) return host.double(k) end })(c)", 10),
        ("return (setmetatable({}, { __concat = function(_, k) return host.double(k) end }) .. 'x') == 0", true),
        ("return setmetatable({}, { __lt = function(a, b) return host.double(1) == 2 end }) < {}", true),
        ("for v in function(_, i) return host.double(c) end do return v end", 10),
        (
            "for k, v in pairs(setmetatable({}, { __pairs = function() return pairs({ a = host.double(c) }) end })) do return v end",
            10
        ),
        ("local ok, e = pcall(host.refuse) return tostring(e)", "script.lua:1: refused"),
        ("local x <close> = setmetatable({}, { __close = function() host.double(1) end }) return host.double(c)", 10),
    ])
    func waits(_ body: String, _ expected: Value) async throws {
        #expect(try await Script(body, Self.configuration).wait(5) == expected)
    }

    @Test(arguments: [
        "table.sort({ 2, 1 }, function() host.double(1) end)", "('a'):gsub('a', host.double)",
        "tostring(setmetatable({}, { __tostring = function() return host.double(1) .. '' end }))",
        "table.sort({ 2, 1 }, function() return coroutine.wrap(function() return host.double(1) end)() end)",
    ])
    func saysWhereItCanNotWait(_ body: String) async throws {
        let script = try Script(body, Self.configuration)
        let error = await #expect(throws: LuaError.self) { try await script.wait() }
        #expect(error?.kind == .hostCall)
        #expect(
            error?.message.contains("'host.double' waits and can not be called here") == true, "\(error?.message ?? "")"
        )
    }

    @Test func aCallWithoutWaitingSaysSo() throws {
        let error = try #require(try Script("\nreturn host.double(1)", Self.configuration).failure())
        #expect(error.kind == .hostCall)
        #expect(
            error.message
                == "script.lua:2: 'host.double' waits and can not be called here: this function must answer at once")
        let state = try LuaState(configuration: Self.configuration)
        let load = #expect(throws: LuaError.self) {
            try state.load(LuaSource("return host.double(1)", chunkName: "m.lua"))
        }
        #expect(load?.kind == .hostCall)
    }

    @Test func failuresOfAwaitedFunctionsKeepTheirKind() async throws {
        let script = try Script("host.refuse()", Self.configuration)
        let error = await #expect(throws: LuaError.self) { try await script.wait() }
        #expect(error?.kind == .failed(isRetryable: true))
        #expect(error?.line == 1)
    }

    @Test(.heavy) func manyCallsWaitInOneState() async throws {
        let gate = Gate()
        let wait = HostFunction(
            name: "host.wait",
            kind: .suspending { value in
                try await gate.pass(); return value
            })
        let configuration = LuaConfiguration(hostFunctions: [wait])
        let owner = try Owner("local v = host.wait(c) return v * 2", configuration)
        try await withThrowingTaskGroup(of: (Int, Value).self) { group in
            for number in 0..<300 { group.addTask { (number, try await owner.run(.integer(Int64(number)))) } }
            await gate.arrivals(300)
            gate.open()
            for try await (number, value) in group { #expect(value.integerValue == number * 2) }
        }
    }

    @Test(.heavy) func fiveHundredStatesWaitAtOnce() async throws {
        let gate = Gate()
        let wait = HostFunction(
            name: "host.wait",
            kind: .suspending { value in
                try await gate.pass(); return value
            })
        let configuration = LuaConfiguration(hostFunctions: [wait])
        try await withThrowingTaskGroup(of: Value.self) { group in
            for _ in 0..<500 {
                group.addTask {
                    try await Script("local n = 0 for i = 1, 10 do n = n + host.wait(i) end return n", configuration)
                        .wait()
                }
            }
            await gate.arrivals(500)
            gate.open()
            for try await value in group { #expect(value == 55) }
        }
    }

    @Test(arguments: [
        "while true do pcall(host.forever) end", "while true do end", "host.forever()",
        "coroutine.wrap(function() host.forever() end)()", "while true do pcall(function() while true do end end) end",
    ])
    func cancellingTheTaskEndsTheCall(_ body: String) async throws {
        let gate = Gate()
        let running = Mutex<Task<(LuaError?, ContinuousClock.Instant), Never>?>(nil)
        let cancelled = Mutex<ContinuousClock.Instant?>(nil)
        // From a thread of its own: on a busy machine no thread of the pool may be free while the script loops.
        let cancelMe = HostFunction(
            name: "host.cancel_me",
            kind: .immediate { _, _ in
                Thread.detachNewThread {
                    cancelled.withLock { $0 = .now }
                    running.withLock { $0 }?.cancel()
                }
                return .null
            })
        let forever = HostFunction(
            name: "host.forever",
            kind: .suspending { _ in
                try await Task.sleep(for: .seconds(3_600))
                return .null
            })
        let limits = LuaLimits(ticks: 1 << 50, slice: .seconds(30))
        let owner = try Owner(
            "host.cancel_me() \(body)", LuaConfiguration(limits: limits, hostFunctions: [forever, cancelMe]))
        let task = Task {
            try? await gate.pass()
            return await owner.failure()
        }
        running.withLock { $0 = task }
        gate.open()
        let (error, ended) = await task.value
        #expect(error?.kind == .cancelled)
        #expect(error?.line == 1)
        let start = try #require(cancelled.withLock { $0 })
        // A script that runs is ended without any help of the pool; one that waits needs a free thread.
        #expect(ended - start < (body.contains("forever") ? .seconds(20) : .seconds(1)))
    }

    @Test func waitingForTooLongEndsTheCall() async throws {
        let forever = HostFunction(
            name: "host.forever",
            kind: .suspending { _ in
                try await Task.sleep(for: .seconds(3_600))
                return .null
            })
        let configuration = LuaConfiguration(
            limits: LuaLimits(awaited: .milliseconds(20)), hostFunctions: [forever])
        let script = try Script("\nwhile true do pcall(host.forever) end", configuration)
        let error = await #expect(throws: LuaError.self) { try await script.wait() }
        #expect(error?.kind == .awaited)
        #expect(error?.line == 2)
    }

    @Test func theSliceStartsAnewAfterEachWait() async throws {
        let limits = LuaLimits(ticks: 1 << 50, slice: .milliseconds(200))
        let configuration = LuaConfiguration(limits: limits, hostFunctions: [Self.double])
        let script = try Script(
            "for i = 1, 40 do for j = 1, 100000 do end host.double(1) end return 'done'", configuration)
        #expect(try await script.wait() == "done")
    }

    @Test func allAsksSeveralAtOnce() async throws {
        let value = try await Script(
            "local r = host.all{ { 'host.double', 1 }, { 'host.double', c } } return r[1] + r[2]", Self.configuration
        ).wait(5)
        #expect(value == 12)
        let script = try Script("host.all{ { 'host.double', 1 }, { 'host.refuse' } }", Self.configuration)
        let error = await #expect(throws: LuaError.self) { try await script.wait() }
        #expect(error?.kind == .failed(isRetryable: true))
    }

    @Test func nobodyElseResumesAWaitingCoroutine() async throws {
        let gate = Gate()
        let wait = HostFunction(
            name: "host.wait",
            kind: .suspending { value in
                try await gate.pass(); return value
            })
        let body = """
            if c == 'second' then return { coroutine.status(shared.co), coroutine.resume(shared.co) } end
            shared.co = coroutine.create(function() return host.wait(1) end)
            return { coroutine.resume(shared.co) }
            """
        let state = try LuaState(configuration: LuaConfiguration(hostFunctions: [wait]))
        let function = try state.load(
            LuaSource("local shared = {} return function(c) \(body) end", chunkName: "script.lua"))
        let owner = SharedOwner(state: state, function: function)
        async let first = owner.run("first")
        await gate.arrivals(1)
        #expect(try await owner.run("second") == ["normal", false, "cannot resume non-suspended coroutine"])
        gate.open()
        #expect(try await first == [true, 1])
    }
}

actor SharedOwner {
    private let state: LuaState
    private let function: LuaReference

    init(state: sending LuaState, function: LuaReference) {
        self.state = state
        self.function = function
    }

    func run(_ argument: Value) async throws -> Value {
        try await state.call(function, argument: argument).value
    }
}

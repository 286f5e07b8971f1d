import Synchronization

/// Makes calls wait until their vendor's rates allow them.
///
/// Callers are served first come, first served within a key. They wait here before they reserve money, so that waiting
/// calls hold none. No call is let through inside a pause that the vendor asked for.
package final class RateLimiter: Sendable {
    fileprivate struct Line {
        var bucket: RateBucket
        /// Who waits, in order; only the first one looks at the clock.
        var waiting: [Int] = []
    }

    fileprivate struct State {
        var lines: [RateKey: Line] = [:]
        var lastID = 0
        /// Wakes the one who waits under this id.
        var alarms: [Int: CheckedContinuation<Void, Never>] = [:]
        /// Ids that were woken while they did not sleep.
        var woken: Set<Int> = []
    }

    private enum Step {
        case granted
        case sleep(until: Duration?)
    }

    private let standard: RateLimits
    private let special: [RateKey: RateLimits]
    private let now: @Sendable () -> Duration
    private let sleep: @Sendable (Duration) async throws -> Void
    private let state = Mutex(State())

    /// Makes a limiter.
    ///
    /// - Parameters:
    ///   - standard: The limits of every key that `special` does not name.
    ///   - special: The limits of single keys.
    ///   - clock: What time is.
    package init(
        standard: RateLimits = RateLimits(), special: [RateKey: RateLimits] = [:],
        clock: some Clock<Duration> = ContinuousClock()
    ) {
        self.standard = standard
        self.special = special
        let start = clock.now
        now = { start.duration(to: clock.now) }
        sleep = { try await clock.sleep(until: start.advanced(by: $0), tolerance: nil) }
    }

    /// Waits until a call may be sent.
    ///
    /// - Parameters:
    ///   - key: What the call counts for.
    ///   - tokens: About how many tokens it will use, input and output; 0 or more.
    /// - Returns: The permit, which must be given back by ``finish(_:_:)``.
    /// - Throws: `CancellationError` when the task is cancelled before that; nothing is counted then.
    package func wait(for key: RateKey, tokens: Int) async throws -> RatePermit {
        let id = state.withLock { state in
            state.lastID += 1
            let limits = special[key] ?? standard
            state.lines[key, default: Line(bucket: RateBucket(limits: limits))].waiting.append(state.lastID)
            return state.lastID
        }
        do {
            while true {
                try Task.checkCancellation()
                switch step(id, key, tokens) {
                case .granted: return RatePermit(key: key, tokens: tokens, id: id)
                case .sleep(let time): await rest(id, until: time)
                }
            }
        } catch {
            leave(id, key)
            throw error
        }
    }

    /// Gives a permit back after its call; a second time changes nothing.
    package func finish(_ permit: RatePermit, _ outcome: RateOutcome) {
        change(permit.key) { $0.finish(permit.id, outcome, now: $1) }
    }

    /// Learns from the headers of a response.
    package func observe(_ headers: RateHeaders, for key: RateKey) {
        change(key) { $0.observe(headers, now: $1) }
    }

    /// How many calls wait for a key now.
    package func waitingCount(for key: RateKey) -> Int {
        state.withLock { $0.lines[key]?.waiting.count ?? 0 }
    }

    private func step(_ id: Int, _ key: RateKey, _ tokens: Int) -> Step {
        let time = now()
        let (step, alarm): (Step, CheckedContinuation<Void, Never>?) = state.withLock { state in
            guard var line = state.lines[key], line.waiting.first == id else { return (.sleep(until: nil), nil) }
            switch line.bucket.admit(id, tokens: tokens, now: time) {
            case .granted:
                line.waiting.removeFirst()
                state.lines[key] = line
                return (.granted, state.wake(line.waiting.first))
            case .at(let time):
                state.lines[key] = line
                return (.sleep(until: time), nil)
            case .afterFinish:
                return (.sleep(until: nil), nil)
            }
        }
        alarm?.resume()
        return step
    }

    /// Sleeps until the time or until woken, whichever comes first.
    private func rest(_ id: Int, until time: Duration?) async {
        guard let time else { return await alarm(id) }
        await withTaskGroup { group in
            group.addTask { try? await self.sleep(time) }
            group.addTask { await self.alarm(id) }
            await group.next()
            group.cancelAll()
        }
    }

    private func alarm(_ id: Int) async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isAwake = state.withLock { state in
                    if state.woken.remove(id) != nil || Task.isCancelled { return true }
                    state.alarms[id] = continuation
                    return false
                }
                if isAwake { continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0.alarms.removeValue(forKey: id) }?.resume()
        }
    }

    private func leave(_ id: Int, _ key: RateKey) {
        let alarm = state.withLock { state -> CheckedContinuation<Void, Never>? in
            state.woken.remove(id)
            let wasFirst = state.lines[key]?.waiting.first == id
            state.lines[key]?.waiting.removeAll { $0 == id }
            return wasFirst ? state.wake(state.lines[key]?.waiting.first) : nil
        }
        alarm?.resume()
    }

    private func change(_ key: RateKey, _ body: (inout RateBucket, Duration) -> Void) {
        let time = now()
        let limits = special[key] ?? standard
        let alarm = state.withLock { state in
            body(&state.lines[key, default: Line(bucket: RateBucket(limits: limits))].bucket, time)
            return state.wake(state.lines[key]?.waiting.first)
        }
        alarm?.resume()
    }
}

extension RateLimiter.State {
    /// - Returns: Whom to resume once the lock is open.
    fileprivate mutating func wake(_ id: Int?) -> CheckedContinuation<Void, Never>? {
        guard let id else { return nil }
        if let alarm = alarms.removeValue(forKey: id) { return alarm }
        woken.insert(id)
        return nil
    }
}

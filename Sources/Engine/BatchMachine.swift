package import Plans
package import PolicyContract
package import Vocabulary

/// Decides which features of one batch work and when ready candidates land.
///
/// Pure. At most `width` features work at once and at most one landing is under way. A feature starts only after those it
/// depends on landed; among those that may start, one whose files nobody is working on comes first, so that overlaps
/// cost a merge only when nothing else is left to do.
package struct BatchMachine: Sendable {
    package enum Action: Equatable, Sendable {
        case work(FeatureID)
        case land([FeatureID])
        case skip(FeatureID, Failure)
        case finish
    }

    /// How a feature's work ended, as far as the batch cares.
    package enum WorkOutcome: Equatable, Sendable {
        case candidate, alreadyDone, failed, skipped
        /// Stopped before its end; a resume takes it up again.
        case suspended
        /// The batch is to start nothing new.
        case held
    }

    private enum Status: Equatable {
        case waiting, working, ready, landing, landed, alreadyDone, failed, skipped, suspended

        /// Whether a change of the feature's files is under way.
        var isBusy: Bool {
            switch self {
            case .working, .ready, .landing: true
            case .waiting, .landed, .alreadyDone, .failed, .skipped, .suspended: false
            }
        }
    }

    package let width: Int
    private let order: [FeatureID]
    private let features: [FeatureID: Feature]
    private var statuses: [FeatureID: Status] = [:]
    /// How many features are changing each path.
    private var busyPaths: [String: Int] = [:]
    private var readyQueue: [FeatureID]
    private var waiting: [FeatureID]
    private var workingCount = 0
    private var isLanding = false
    private var isDraining = false
    private var isHeld = false
    private var isFinished = false
    /// Features of other batches: whether they landed (or were done already).
    private let elsewhere: [FeatureID: Bool]

    /// - Parameters:
    ///   - features: In the order in which they should start.
    ///   - width: Features at work at once; 1 or more.
    ///   - elsewhere: Features outside this batch by whether they landed.
    ///   - landed: Features of this batch that landed, or were done already, before.
    ///   - failed: Features of this batch that ended without landing before.
    ///   - ready: Features of this batch that have a candidate already.
    package init(
        features: [Feature], width: Int, elsewhere: [FeatureID: Bool] = [:], landed: Set<FeatureID> = [],
        failed: Set<FeatureID> = [], ready: [FeatureID] = []
    ) {
        self.width = max(width, 1)
        self.order = features.map(\.id)
        self.features = Dictionary(features.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        self.elsewhere = elsewhere
        self.readyQueue = ready
        self.waiting = []
        for id in order {
            set(
                id,
                landed.contains(id) ? .landed : failed.contains(id) ? .failed : ready.contains(id) ? .ready : .waiting)
        }
        self.waiting = order.filter { statuses[$0] == .waiting }
    }

    /// Everything that can start now; call it after each report until it returns nothing.
    package mutating func advance() -> [Action] {
        var actions: [Action] = []
        if !isLanding, !readyQueue.isEmpty {
            let candidates = readyQueue
            readyQueue = []
            isLanding = true
            for id in candidates { set(id, .landing) }
            actions.append(.land(candidates))
        }
        actions += skipUnreachable()
        while workingCount < width, !isDraining, let id = nextToStart() {
            waiting.removeAll { $0 == id }
            set(id, .working)
            workingCount += 1
            actions.append(.work(id))
        }
        if !isFinished, isIdle {
            isFinished = true
            actions.append(.finish)
        }
        return actions
    }

    package mutating func workEnded(_ id: FeatureID, _ outcome: WorkOutcome) {
        guard statuses[id] == .working else { return }
        workingCount -= 1
        switch outcome {
        case .candidate:
            set(id, isHeld ? .suspended : .ready)
            if !isHeld { readyQueue.append(id) }
        case .alreadyDone: set(id, .alreadyDone)
        case .failed: set(id, .failed)
        case .skipped: set(id, .skipped)
        case .suspended: set(id, .suspended)
        case .held:
            set(id, .suspended)
            isDraining = true
        }
    }

    /// - Parameters:
    ///   - landed: Those whose commits are on the branch now.
    ///   - returned: Those that go back to work on the fresh tip; they start before anything new.
    ///   - kept: Those that are ready still; they come before what became ready meanwhile.
    package mutating func landingEnded(landed: [FeatureID], returned: [FeatureID], kept: [FeatureID] = []) {
        isLanding = false
        for id in landed { set(id, .landed) }
        for id in kept { set(id, .ready) }
        for id in returned { set(id, .waiting) }
        waiting.insert(contentsOf: returned, at: 0)
        readyQueue.insert(contentsOf: kept, at: 0)
        if isHeld { suspendReady() }
    }

    /// Starts nothing new and lands nothing more; candidates that are ready, or become so, wait for a resume.
    package mutating func hold() {
        isHeld = true
        isDraining = true
        suspendReady()
    }

    private mutating func suspendReady() {
        for id in readyQueue { set(id, .suspended) }
        readyQueue = []
    }

    /// Starts nothing new from now on; what works may end and land.
    package mutating func drain() {
        isDraining = true
    }

    /// Whether the feature landed or was done already.
    package func isDone(_ id: FeatureID) -> Bool {
        statuses[id] == .landed || statuses[id] == .alreadyDone
    }

    private var isIdle: Bool {
        workingCount == 0 && !isLanding && readyQueue.isEmpty && (waiting.isEmpty || isDraining)
    }

    private mutating func skipUnreachable() -> [Action] {
        var actions: [Action] = []
        var hasChanged = true
        while hasChanged {
            hasChanged = false
            for id in waiting {
                if features[id]?.dependsOn.contains(where: { statuses[$0] == .suspended }) == true {
                    set(id, .suspended)
                    waiting.removeAll { $0 == id }
                    hasChanged = true
                    continue
                }
                guard let blocker = features[id]?.dependsOn.first(where: { isLost($0) }) else { continue }
                set(id, .skipped)
                waiting.removeAll { $0 == id }
                let summary = "depends on \(blocker), which did not land"
                actions.append(.skip(id, Failure(kind: .dependency, summary: summary)))
                hasChanged = true
            }
        }
        return actions
    }

    private func isLost(_ dependency: FeatureID) -> Bool {
        if let status = statuses[dependency] { return status == .failed || status == .skipped }
        return elsewhere[dependency] == false
    }

    private func isReachable(_ id: FeatureID) -> Bool {
        features[id]?.dependsOn.allSatisfy { dependency in
            statuses[dependency] == nil ? elsewhere[dependency] ?? true : isDone(dependency)
        } ?? false
    }

    private func nextToStart() -> FeatureID? {
        waiting.first { isReachable($0) && paths($0).allSatisfy { busyPaths[$0] == nil } }
            ?? waiting.first(where: isReachable)
    }

    private mutating func set(_ id: FeatureID, _ status: Status) {
        let wasBusy = statuses.updateValue(status, forKey: id)?.isBusy ?? false
        guard wasBusy != status.isBusy else { return }
        for path in paths(id) {
            let count = busyPaths[path, default: 0] + (status.isBusy ? 1 : -1)
            busyPaths[path] = count > 0 ? count : nil
        }
    }

    private func paths(_ id: FeatureID) -> Set<String> {
        guard let feature = features[id] else { return [] }
        return Set([feature.filePath, feature.testPath].compactMap(\.self))
    }
}

import Vocabulary

/// Decides, from a seed alone, which call of which attempt goes wrong and how an attempt behaves.
///
/// A pure function of (seed, feature, stage, attempt, call): two servers with the same seed decide alike.
struct FaultPlan: Sendable {
    let profile: FaultProfile
    let seed: UInt64
    /// The features that the model never solves.
    let neverSolved: Set<FeatureID>

    init(profile: FaultProfile, seed: UInt64, solutions: [SimulatedSolution]) {
        self.profile = profile
        self.seed = seed
        // A feature that others need is left alone, so that "never solved" is exactly the list of what cannot land.
        let needed = Set(solutions.flatMap(\.dependsOn))
        let ranked = solutions.map(\.feature).filter { !needed.contains($0) }
            .map { feature in
                var dice = SeededDice(seed: seed, "never", feature.rawValue)
                return (rank: dice.next(), feature: feature)
            }
            .sorted { ($0.rank, $0.feature) < ($1.rank, $1.feature) }
        let count = Int((Double(solutions.count) * profile.neverSolved).rounded())
        neverSolved = Set(ranked.prefix(count).map(\.feature))
    }

    /// How the model goes about stage `implement` of one attempt.
    func conduct(feature: FeatureID, attempt: Int) -> Conduct {
        if neverSolved.contains(feature) {
            var dice = SeededDice(seed: seed, "despair", feature.rawValue)
            return Conduct(despair: dice.pick(Conduct.Despair.allCases))
        }
        var dice = SeededDice(seed: seed, "conduct", feature.rawValue, String(attempt))
        let (wrong, cheat) = (dice.chance(), dice.chance())
        let cheats = attempt <= 1
        return Conduct(
            isWrongFirst: attempt <= profile.lastFaultyAttempt && wrong < profile.wrongFirst,
            weakensTest: cheats && cheat < profile.weakensTest,
            editsOutside: cheats && cheat >= 1 - profile.editsOutside
        )
    }

    /// What goes wrong with one call; nil for a good one.
    ///
    /// `call` is 0-based and counted over the attempt's stage; a repeated request is a new call.
    func fault(feature: FeatureID, stage: String, attempt: Int, call: Int) -> SimulatedFault? {
        guard !profile.perCall.isEmpty else { return nil }
        var total = 0
        var inARow = 0
        // The bounds depend on what the earlier calls had; an attempt has few calls, so walking them again is cheap.
        for index in 0..<call {
            let earlier = roll(feature: feature, stage: stage, attempt: attempt, call: index)
            let isFault = isCounted(earlier) && isAllowed(attempt: attempt, total: total, inARow: inARow)
            total += isFault ? 1 : 0
            inARow = isFault ? inARow + 1 : 0
        }
        let fault = roll(feature: feature, stage: stage, attempt: attempt, call: call)
        guard isCounted(fault) else { return fault }
        return isAllowed(attempt: attempt, total: total, inARow: inARow) ? fault : nil
    }

    private func isCounted(_ fault: SimulatedFault?) -> Bool {
        fault != nil && fault != .slow
    }

    private func isAllowed(attempt: Int, total: Int, inARow: Int) -> Bool {
        attempt <= profile.lastFaultyAttempt && total < profile.maximumPerAttempt && inARow < profile.maximumInARow
    }

    private func roll(feature: FeatureID, stage: String, attempt: Int, call: Int) -> SimulatedFault? {
        var dice = SeededDice(seed: seed, "call", feature.rawValue, stage, String(attempt), String(call))
        var chance = dice.chance()
        for fault in SimulatedFault.allCases {
            chance -= profile.perCall[fault] ?? 0
            if chance < 0 { return fault }
        }
        return nil
    }
}

/// The manners of the model in one attempt at one feature.
struct Conduct: Equatable, Sendable {
    /// What it does with a feature that it cannot solve.
    enum Despair: CaseIterable, Sendable {
        /// Says so.
        case givesUp
        /// Says that it is done.
        case claimsDone
        /// Overwrites the test, then says that it is done.
        case weakensTest
    }

    var isWrongFirst = false
    var weakensTest = false
    var editsOutside = false
    /// Not nil for a feature that it never solves.
    var despair: Despair?
}

import Vocabulary

/// Decides what a generated repository consists of; see ``DemoRepository`` for the shares.
struct DemoOutline: Sendable {
    private(set) var features: [DemoFeature] = []
    private let repository: DemoRepository
    private var dice: SeededDice

    init(_ repository: DemoRepository) {
        self.repository = repository
        dice = SeededDice(seed: repository.seed, "outline", repository.language.rawValue)
        makeFeatures()
        if let shape = repository.shape {
            take(shape)
        } else {
            shareFiles()
            connect()
            leaveOut()
            propose()
        }
        for index in features.indices { features[index].chooseCases(&dice) }
    }

    private mutating func makeFeatures() {
        // Every template once before any comes twice, so that a small repository is varied too.
        var templates: [DemoTemplate] = []
        for number in 0..<repository.features {
            if templates.isEmpty { templates = dice.shuffled(DemoTemplate.all) }
            let template = templates.removeLast()
            let function = "\(template.name)_\(number + 1)"
            features.append(
                DemoFeature(
                    template: template, constants: DemoConstants(&dice), function: function, area: template.shape.area,
                    module: function, testModule: function, priority: dice.whole(in: 10...90)))
        }
    }

    private mutating func take(_ shape: DemoShape) {
        for members in shape.sharedFiles { share(members) }
        for (index, place) in shape.places.enumerated() { features[index].batch = place.batch }
    }

    /// Puts a fifth of the features into groups of two to five neighbours.
    private mutating func shareFiles() {
        var left = repository.features / 5
        var start = dice.whole(in: 0...max(0, min(5, repository.features / 5)))
        while left >= 2 {
            let size = min(left, dice.whole(in: 2...5))
            guard start + size <= features.count else { return }
            share(Array(start..<start + size))
            left -= size
            // The rest of the groups spreads evenly over the rest of the features.
            let room = features.count - start - size - left
            start += size + (left > 0 ? max(1, room * 3 / left) : 0) * dice.whole(in: 0...2) / 2
        }
    }

    private mutating func share(_ members: [Int]) {
        let number = members[0] + 1
        let (isCompact, isTestShared) = (dice.whole(in: 0...2) == 0, dice.whole(in: 0...1) == 0)
        // At most half of a group's stubs are left out, so that the file is there for a reason.
        let absent = dice.whole(in: 0...1) == 0 ? dice.whole(in: 1...members.count / 2) : 0
        for (rank, index) in members.enumerated() {
            features[index].area = "shared"
            features[index].module = "kit_\(number)"
            features[index].isSourceShared = true
            features[index].isCompact = isCompact
            features[index].isStubAbsent = rank >= members.count - absent
            if isTestShared {
                features[index].testModule = "kit_\(number)"
                features[index].isTestShared = true
            }
        }
    }

    /// Lets a tenth of the features call the function of an earlier one.
    private mutating func connect() {
        let wanted = repository.features / 10
        let candidates = dice.shuffled(Array(features.indices.dropFirst())).sorted { left, right in
            // Features with a file of their own first: a shared file is trouble enough.
            !features[left].isSourceShared && features[right].isSourceShared
        }
        var connected = 0
        // What is called keeps its name and code: no chains, and no rings.
        var called: Set<Int> = []
        for index in candidates where connected < wanted && !called.contains(index) {
            let callees = features.indices.prefix(index).suffix(40).filter(isCallable)
            guard !features[index].isSourceShared, !callees.isEmpty else { continue }
            let callee = dice.pick(callees)
            connect(index, to: callee)
            called.insert(callee)
            connected += 1
        }
    }

    private func isCallable(_ index: Int) -> Bool {
        let feature = features[index]
        let isNumber = DemoTemplate.numberToNumber.contains { $0.name == feature.template.name }
        return isNumber && feature.callee == nil
    }

    private mutating func connect(_ index: Int, to position: Int) {
        let (callee, constants) = (features[position], features[position].constants)
        features[index].template = dice.pick(DemoTemplate.numberToNumber + DemoTemplate.numberToOther)
        features[index].area = "numbers"
        let function = "\(features[index].template.name)_of_\(callee.function)_\(index + 1)"
        features[index].function = function
        features[index].module = function
        features[index].testModule = function
        features[index].callee = DemoFeature.Callee(
            id: callee.id, module: "src.\(callee.area).\(callee.module)", function: callee.function,
            expected: { callee.template.expected(constants, $0) })
    }

    /// Leaves out the test or the source of a quarter of all features, among those that share neither.
    private mutating func leaveOut() {
        let alone = features.indices.filter { !features[$0].isSourceShared && !features[$0].isTestShared }
        for (rank, index) in dice.shuffled(alone).prefix(repository.features / 4).enumerated() {
            features[index].missing = rank % 7 == 6 ? .both : rank.isMultiple(of: 2) ? .test : .source
        }
    }

    /// Deals the features out to batches in their order. A quarter of the groups that share a file reach into the next batch, as in
    /// plans of the field; features that others call stay, so that no batch needs one after it.
    private mutating func propose() {
        let called = Set(features.compactMap { $0.callee?.id })
        for index in features.indices {
            features[index].batch = index * repository.batches / features.count
            let isLast = index + 1 == features.count || features[index + 1].module != features[index].module
            guard features[index].isSourceShared, isLast, dice.whole(in: 0...3) == 0 else { continue }
            guard !called.contains(features[index].id), features[index].batch + 1 < repository.batches else { continue }
            features[index].batch += 1
        }
    }
}

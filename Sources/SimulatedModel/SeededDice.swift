/// A small deterministic source of random numbers whose whole state comes from a seed and a list of words.
///
/// The same seed and words give the same numbers on every machine and in every version.
/// - SeeAlso: SplitMix64, <https://prng.di.unimi.it/splitmix64.c>; the words are folded in by FNV-1a.
struct SeededDice: RandomNumberGenerator, Sendable {
    private var state: UInt64

    init(seed: UInt64, _ words: String...) {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325 ^ seed
        for word in words {
            for byte in word.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
            // A byte that UTF-8 never has, so that ("a", "bc") differs from ("ab", "c").
            hash = (hash ^ 0xff) &* 0x100_0000_01b3
        }
        state = hash
    }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }

    /// A number from 0 up to, not including, 1.
    mutating func chance() -> Double {
        Double(next() >> 11) / Double(1 << 53)
    }

    /// A whole number in the range. Our own reduction, because that of the standard library may change between versions.
    mutating func whole(in range: ClosedRange<Int>) -> Int {
        range.lowerBound + Int(next() % UInt64(range.count))
    }

    /// One of the elements, which must not be empty.
    mutating func pick<Element>(_ elements: [Element]) -> Element {
        elements[whole(in: 0...elements.count - 1)]
    }

    /// The elements in another order.
    mutating func shuffled<Element>(_ elements: [Element]) -> [Element] {
        var elements = elements
        for index in elements.indices.dropFirst().reversed() {
            elements.swapAt(index, whole(in: 0...index))
        }
        return elements
    }
}

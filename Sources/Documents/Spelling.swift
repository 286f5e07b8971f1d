/// Finds what a misspelt word was meant to be.
package enum Spelling {
    /// The nearest of the known words; nil when none is near enough to be meant.
    ///
    /// Case, `-`, `_` and `.` do not count; else one edit in three letters is forgiven, at least one.
    package static func closest(to word: String, among known: [String]) -> String? {
        let plain = bare(word)
        let ranked = known.map { (distance: distance(plain, bare($0)), word: $0) }
        guard let best = ranked.min(by: { ($0.distance, $0.word) < ($1.distance, $1.word) }),
            best.distance <= max(1, min(plain.count, bare(best.word).count) / 3)
        else { return nil }
        // Two letters that differ in one are different words.
        return best.distance > 0 && plain.count <= 2 ? nil : best.word
    }

    private static func bare(_ word: String) -> [Character] {
        word.lowercased().filter { !"-_. ".contains($0) }
    }

    /// Edits that turn one word into the other; swapping two neighbours is one edit.
    private static func distance(_ left: [Character], _ right: [Character]) -> Int {
        // A key as long as a text is no misspelt word, and the table below is quadratic.
        guard abs(left.count - right.count) <= 8, left.count <= 64 else { return .max }
        var beforeLast: [Int] = []
        var last = Array(0...right.count)
        for row in left.indices {
            var current = [row + 1]
            for column in right.indices {
                let isEqual = left[row] == right[column]
                var best = min(last[column + 1] + 1, current[column] + 1, last[column] + (isEqual ? 0 : 1))
                if row > 0, column > 0, left[row] == right[column - 1], left[row - 1] == right[column] {
                    best = min(best, beforeLast[column - 1] + 1)
                }
                current.append(best)
            }
            (beforeLast, last) = (last, current)
        }
        return last[right.count]
    }
}

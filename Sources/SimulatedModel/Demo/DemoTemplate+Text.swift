import Vocabulary

extension DemoTemplate {
    /// From a text of lower-case words.
    static let texts: [DemoTemplate] = [
        DemoTemplate(
            "shift", "the text with every letter moved on by {a} in the alphabet",
            lua: #"""
                local result = text:gsub("%l", function(letter)
                  return string.char((letter:byte() - 97 + {a}) % 26 + 97)
                end)
                return result
                """#,
            python: """
                result = ""
                for letter in text:
                    moved = chr((ord(letter) - 97 + {a}) % 26 + 97)
                    result += moved if letter.isalpha() else letter
                return result
                """,
            .text { k, text in .string(String(text.map { shifted($0, by: k.a) })) }),
        DemoTemplate(
            "echo", "the text {a} times with dashes between",
            lua: #"return string.rep(text, {a}, "-")"#,
            python: #"return "-".join([text] * {a})"#,
            .text { k, text in .string(Array(repeating: text, count: k.a).joined(separator: "-")) }),
        DemoTemplate(
            "vowel_score", "{a} for every vowel, and 1 for every character",
            lua: #"""
                local _, vowels = text:gsub("[aeiou]", "")
                return vowels * {a} + #text
                """#,
            python: #"return sum({a} for letter in text if letter in "aeiou") + len(text)"#,
            .text { k, text in Value(text.count { "aeiou".contains($0) } * k.a + text.count) }),
        DemoTemplate(
            "shorten", "the text, or its first {c} characters and two dots when it is longer",
            lua: #"""
                if #text <= {c} then return text end
                return text:sub(1, {c}) .. ".."
                """#,
            python: #"return text if len(text) <= {c} else text[:{c}] + "..""#,
            .text { k, text in .string(text.count <= k.c ? text : text.prefix(k.c) + "..") }),
        DemoTemplate(
            "long_words", "how many words have more than {c} letters, times {a}",
            lua: #"""
                local count = 0
                for word in text:gmatch("%S+") do
                  if #word > {c} then count = count + 1 end
                end
                return count * {a}
                """#,
            python: "return {a} * sum(1 for word in text.split() if len(word) > {c})",
            .text { k, text in Value(text.split(separator: " ").count { $0.count > k.c } * k.a) }),
        DemoTemplate(
            "initials", "the first {c} letters of each word, with dots between",
            lua: #"""
                local parts = {}
                for word in text:gmatch("%S+") do
                  parts[#parts + 1] = word:sub(1, {c})
                end
                return table.concat(parts, ".")
                """#,
            python: #"return ".".join(word[:{c}] for word in text.split())"#,
            .text { k, text in
                .string(text.split(separator: " ").map { $0.prefix(k.c) }.joined(separator: "."))
            }),
        DemoTemplate(
            "checksum", "a sum that starts at {b} and is multiplied by {a} before each character is added, modulo 9973",
            lua: """
                local total = {b}
                for index = 1, #text do
                  total = (total * {a} + text:byte(index)) % 9973
                end
                return total
                """,
            python: """
                total = {b}
                for letter in text:
                    total = (total * {a} + ord(letter)) % 9973
                return total
                """,
            .text { k, text in Value(text.utf8.reduce(k.b) { ($0 * k.a + Int($1)) % 9_973 }) }),
        DemoTemplate(
            "every", "every character whose place, counted from 1, {c} divides",
            lua: """
                local result = ""
                for index = {c}, #text, {c} do
                  result = result .. text:sub(index, index)
                end
                return result
                """,
            python: "return text[{c} - 1::{c}]",
            .text { k, text in
                let letters = Array(text)
                return .string(String(stride(from: k.c - 1, to: letters.count, by: k.c).map { letters[$0] }))
            }),
        DemoTemplate(
            "pad", "the text with stars before it, {b} characters wide at least",
            lua: #"return string.rep("*", {b} - #text) .. text"#,
            python: #"return text.rjust({b}, "*")"#,
            .text { k, text in .string(String(repeating: "*", count: max(0, k.b - text.count)) + text) }),
        DemoTemplate(
            "letters", "how often each letter is there, of those {c} times at most, and {a} times the length as total",
            lua: #"""
                local counts = {}
                for letter in text:gmatch("%l") do
                  counts[letter] = (counts[letter] or 0) + 1
                end
                local result = {total = #text * {a}}
                for letter, count in pairs(counts) do
                  if count <= {c} then result[letter] = count end
                end
                return result
                """#,
            python: #"""
                letters = {letter for letter in text if letter.isalpha()}
                result = {letter: text.count(letter) for letter in letters if text.count(letter) <= {c}}
                result["total"] = len(text) * {a}
                return result
                """#,
            .text { k, text in
                let counts = Dictionary(grouping: text.filter(\.isLetter)) { String($0) }.mapValues(\.count)
                var result = counts.filter { $0.value <= k.c }.mapValues { Value($0) }
                result["total"] = Value(text.count * k.a)
                return .map(result)
            }),
    ]

    /// All templates that stand on their own.
    static let all = numberToNumber + numberToOther + pairs + lists + texts

    private static func shifted(_ letter: Character, by step: Int) -> Character {
        guard let byte = letter.asciiValue, letter.isLetter else { return letter }
        return Character(UnicodeScalar((byte - 97 + UInt8(step)) % 26 + 97))
    }
}

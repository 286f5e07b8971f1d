import Documents
import Vocabulary

/// Gives every feature of a plan its identity.
///
/// It is made of the stem of the source file and the feature's name (`deploy_agents.save_config`), so it stays the same when
/// features are added, removed or moved. Features that are still equal are told apart by an ordinal in the plan's order; the
/// first keeps the plain identity.
package enum FeatureIdentity {
    private static let lengthLimit = 60

    static func assign(to drafts: inout [FeatureDraft], faults: FaultList) {
        var taken: Set<String> = []
        var lines: [String: Int] = [:]
        for draft in drafts {
            guard let mention = draft.explicitID else { continue }
            if let line = lines[mention.text] {
                let message = "`id` \"\(mention.text.shown())\" is that of the feature in line \(line) too"
                faults.error(message, at: mention.place)
            } else {
                lines[mention.text] = draft.place.line
            }
            taken.insert(mention.text)
        }
        let plain = drafts.map { slug(file: $0.feature.filePath, name: $0.feature.name) }
        var isFirst: [String: Bool] = [:]
        let reserved = taken.union(plain)
        for index in drafts.indices {
            if let mention = drafts[index].explicitID {
                drafts[index].feature.id = FeatureID(rawValue: mention.text)
                continue
            }
            var identity = plain[index]
            if taken.contains(identity) || isFirst[identity] == false {
                var ordinal = 2
                while reserved.contains("\(plain[index])-\(ordinal)") || taken.contains("\(plain[index])-\(ordinal)") {
                    ordinal += 1
                }
                identity = "\(plain[index])-\(ordinal)"
            }
            isFirst[plain[index]] = false
            taken.insert(identity)
            drafts[index].feature.id = FeatureID(rawValue: identity)
        }
    }

    /// What is wrong with an `id` of a plan, to stand behind the field's name; nil when it is good.
    package static func problem(with identity: String) -> String? {
        let isPlain = identity.utf8.allSatisfy { byte in
            isLetterOrDigit(byte) || (65...90).contains(byte) || ".-_".utf8.contains(byte)
        }
        guard isPlain, !identity.hasPrefix("."), !identity.hasPrefix("-") else {
            return
                "must be made of letters, digits, `.`, `_` and `-` and start with none of `.` and `-`: \"\(identity.shown())\""
        }
        // Each of these makes a ref name that git refuses.
        guard !identity.contains(".."), !identity.hasSuffix("."), !identity.hasSuffix(".lock") else {
            return "must not contain `..` or end in `.` or `.lock`: \"\(identity.shown())\""
        }
        return identity.utf8.count > 2 * lengthLimit ? "is longer than \(2 * lengthLimit) characters" : nil
    }

    private static func slug(file: String, name: String) -> String {
        let base = file.split(separator: "/").last ?? ""
        let stem = base.lastIndex(of: ".").flatMap { $0 == base.startIndex ? nil : base[..<$0] } ?? base
        let slug = "\(part(String(stem))).\(part(name))"
        // Git keeps this ending of a ref name for itself.
        return slug.hasSuffix(".lock") ? "\(slug)_" : slug
    }

    /// Lower-case ASCII; a text that loses more than punctuation by that gets a checksum, so that it stays itself.
    private static func part(_ text: String) -> String {
        var slug = ""
        for byte in text.lowercased().utf8 {
            if isLetterOrDigit(byte) || byte == UInt8(ascii: "_") {
                slug.unicodeScalars.append(Unicode.Scalar(byte))
            } else if slug.last != "-", !slug.isEmpty {
                slug += "-"
            }
        }
        while slug.last == "-" { slug.removeLast() }
        let isWhole = !slug.isEmpty && slug.utf8.count <= lengthLimit && text.utf8.allSatisfy { $0 < 0x80 }
        guard !isWhole else { return slug }
        let kept = slug.prefix(lengthLimit - 9)
        return kept.isEmpty ? checksum(text) : "\(kept)-\(checksum(text))"
    }

    private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        (97...122).contains(byte) || (48...57).contains(byte)
    }

    /// FNV-1a in 32 bits: the same in every process, unlike `Hasher`.
    private static func checksum(_ text: String) -> String {
        let sum = text.utf8.reduce(UInt32(2_166_136_261)) { ($0 ^ UInt32($1)) &* 16_777_619 }
        let digits = String(sum, radix: 16)
        return String(repeating: "0", count: 8 - digits.count) + digits
    }
}

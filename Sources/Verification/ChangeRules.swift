import Vocabulary
package import Workspaces

/// The host's own checks of a finished change, before policy `accept` is asked.
package struct ChangeRules: Codable, Equatable, Sendable {
    /// Files that one feature may change.
    package var maxFiles = 20
    /// Added and removed lines together.
    package var maxChangedLines = 4_000
    /// Files that one feature may delete.
    package var maxDeletions = 0
    package var maxFileSizeInBytes = 1 << 20

    package init() {}

    /// What is wrong with the change, a sentence each; empty when nothing is.
    ///
    /// Paths are relative to the repository's root; `changedLines` counts the added and removed lines of the whole change,
    /// and `isAllowed` says whether the feature may change a path.
    package func problems(
        in changes: [String: FileChange], changedLines: Int, isAllowed: (String) -> Bool
    ) -> [String] {
        var problems: [String] = []
        let deletions = changes.count { $0.value == .delete }
        if changes.isEmpty { problems.append("the change is empty") }
        if changes.count > maxFiles {
            problems.append("\(changes.count.counted("file")) changed, the limit is \(maxFiles)")
        }
        if changedLines > maxChangedLines {
            problems.append("\(changedLines.counted("line")) changed, the limit is \(maxChangedLines)")
        }
        if deletions > maxDeletions {
            problems.append("\(deletions.counted("file")) deleted, the limit is \(maxDeletions)")
        }
        for (path, change) in changes.sorted(by: { $0.key < $1.key }) {
            if !isAllowed(path) { problems.append("\(path) does not belong to the feature") }
            guard case .write(let bytes, _) = change else { continue }
            if bytes.count > maxFileSizeInBytes {
                problems.append("\(path) has \(bytes.count) bytes, the limit is \(maxFileSizeInBytes)")
            }
            if let secret = SecretScan.firstSecret(in: bytes) {
                problems.append("\(path) holds what looks like \(secret)")
            }
        }
        return problems
    }
}

/// Finds credentials that must never reach a commit.
enum SecretScan {
    private static let marks: [(prefix: String, minimum: Int, name: String)] = [
        ("-----BEGIN RSA PRIVATE KEY", 0, "a private key"),
        ("-----BEGIN OPENSSH PRIVATE KEY", 0, "a private key"),
        ("-----BEGIN EC PRIVATE KEY", 0, "a private key"),
        ("-----BEGIN PRIVATE KEY", 0, "a private key"),
        ("AKIA", 16, "an AWS access key"),
        ("ghp_", 30, "a GitHub token"),
        ("github_pat_", 30, "a GitHub token"),
        ("glpat-", 20, "a GitLab token"),
        ("sk-ant-", 30, "an Anthropic key"),
        ("sk-proj-", 30, "an OpenAI key"),
        ("xoxb-", 20, "a Slack token"),
    ]

    /// The kind of the first credential in the bytes; nil when there is none.
    static func firstSecret(in bytes: [UInt8]) -> String? {
        marks.first { mark in
            bytes.firstRanges(of: Array(mark.prefix.utf8)).contains { end in
                bytes[end...].prefix(mark.minimum).count(where: \.isTokenByte) == mark.minimum
            }
        }?.name
    }
}

extension [UInt8] {
    /// The ends of the first thousand occurrences of `needle`.
    fileprivate func firstRanges(of needle: [UInt8]) -> [Int] {
        guard let first = needle.first, count >= needle.count else { return [] }
        var ends: [Int] = []
        var start = 0
        while ends.count < 1_000, let index = self[start...].firstIndex(of: first) {
            if self[index...].starts(with: needle) { ends.append(index + needle.count) }
            start = index + 1
        }
        return ends
    }
}

extension UInt8 {
    fileprivate var isTokenByte: Bool {
        (48...57).contains(self) || (65...90).contains(self) || (97...122).contains(self) || self == 45 || self == 95
    }
}

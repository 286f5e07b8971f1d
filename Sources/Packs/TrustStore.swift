import Foundation
import Glibc
import Vocabulary

/// The user's own list of recipes and packs that may run, by repository and content.
///
/// It is a small JSON file outside every repository, so that no repository can trust itself. It is read anew for each question.
package struct TrustStore: Sendable {
    private static let version = 1

    /// Absolute.
    package let path: String

    package init(path: String) {
        self.path = path
    }

    /// The user's store: `$XDG_CONFIG_HOME/moonshift/trust.json`, else `~/.config/moonshift/trust.json`.
    ///
    /// - Throws: ``TrustError/noHome`` when the environment names no absolute folder.
    package static func standard(environment: [String: String]) throws(TrustError) -> TrustStore {
        // By the XDG rules a relative folder counts as not set.
        if let folder = environment["XDG_CONFIG_HOME"], folder.hasPrefix("/") {
            return TrustStore(path: "\(folder)/moonshift/trust.json")
        }
        guard let home = environment["HOME"], home.hasPrefix("/") else { throw .noHome }
        return TrustStore(path: "\(home)/.config/moonshift/trust.json")
    }

    /// Whether the user said yes to exactly this content in this repository.
    ///
    /// - Throws: ``TrustError/damaged(path:cause:)`` or ``TrustError/cannotRead(path:cause:)``; a missing file trusts nothing.
    package func isTrusted(_ hash: ContentHash, repository: String) throws(TrustError) -> Bool {
        try read()[Self.canonical(repository)]?[hash] != nil
    }

    /// What is trusted in a repository: the name that it had then, by content.
    package func trusted(in repository: String) throws(TrustError) -> [ContentHash: String] {
        try read()[Self.canonical(repository)] ?? [:]
    }

    /// Notes that the user trusts this content; durable when it returns, and harmless when said twice.
    ///
    /// - Parameters:
    ///   - hash: The content, as the user saw it.
    ///   - subject: What it is, for the reader of the file: `recipes/tdd.lua`.
    ///   - repository: The repository's folder, absolute; symlinks are resolved.
    /// - Throws: ``TrustError``; the file is as it was before.
    package func trust(_ hash: ContentHash, subject: String, repository: String) throws(TrustError) {
        try AtomicFile.update(path: path) { () throws(TrustError) in
            var entries = try read()
            entries[Self.canonical(repository), default: [:]][hash] = subject
            return Array((Self.document(entries).prettyJSON + "\n").utf8)
        }
    }

    private typealias Entries = [String: [ContentHash: String]]

    private func read() throws(TrustError) -> Entries {
        let data: Data
        do {
            data = try Data(contentsOf: URL(fileURLWithPath: path))
        } catch CocoaError.fileReadNoSuchFile, CocoaError.fileNoSuchFile {
            return [:]
        } catch {
            throw .cannotRead(path: path, cause: error.localizedDescription)
        }
        guard let value = try? Value(json: data), let version = value["version"]?.integerValue else {
            throw .damaged(path: path, cause: "it is no JSON with a `version`")
        }
        guard version == Self.version else {
            throw .damaged(path: path, cause: "it has version \(version), and this program knows \(Self.version)")
        }
        return try entries(of: value)
    }

    private func entries(of value: Value) throws(TrustError) -> Entries {
        var entries: Entries = [:]
        for (repository, hashes) in value["repositories"]?.mapValue ?? [:] {
            for (hash, subject) in hashes.mapValue ?? [:] {
                guard let subject = subject.stringValue else {
                    throw .damaged(path: path, cause: "an entry of \(repository) has no name")
                }
                entries[repository, default: [:]][ContentHash(rawValue: hash)] = subject
            }
        }
        return entries
    }

    private static func document(_ entries: Entries) -> Value {
        let repositories = entries.mapValues { hashes in
            Value.map(Dictionary(hashes.map { ($0.key.rawValue, .string($0.value)) }, uniquingKeysWith: { $1 }))
        }
        return ["version": .integer(Int64(version)), "repositories": .map(repositories)]
    }

    private static func canonical(_ repository: String) -> String {
        URL(fileURLWithPath: repository).resolvingSymlinksInPath().path
    }
}

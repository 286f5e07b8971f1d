import CommandRunner
import Foundation
import MoonshiftTestSupport
import Testing
import Workspaces

/// A real repository, opened both by the git program and by us.
struct Fixture: Sendable {
    let git: TemporaryRepository
    let repository: Repository
    let head: ObjectID
    let tree: ObjectID

    static let files = [
        "README.md": "# Fixture\n", "src/main.py": "def main():\n    return 1\n", "src/util/text.py": "x = 1\n",
        "src/util/deep/er/leaf.txt": "leaf\n", "tests/test_main.py": "def test_main():\n    assert True\n",
        "run.sh": "#!/bin/sh\n",
    ]

    static let author = Signature(name: "A. Uthor", email: "author@example.com", time: 1_700_000_000)

    init(isBare: Bool = false, files: [String: String] = Fixture.files) async throws {
        git = try await TemporaryRepository(isBare: isBare, files: files)
        repository = try Repository.open(path: git.path)
        head = try repository.commit(named: "HEAD")
        tree = try repository.tree(of: head)
    }

    /// A commit on `parent`, HEAD's by default.
    func commit(
        _ changes: [String: FileChange], parent: ObjectID? = nil, message: String = "Change\n"
    ) throws -> ObjectID {
        let parent = parent ?? head
        let tree = try repository.tree(try repository.tree(of: parent), applying: changes)
        return try repository.commit(tree: tree, parents: [parent], message: message, author: Self.author)
    }

    /// What `git ls-tree -r` says, as our entries.
    func listing(_ tree: ObjectID) async throws -> [TreeEntry] {
        let output = try await git.git("ls-tree", "-r", "-z", "\(tree)")
        return try output.split(separator: "\0").map { line in
            let halves = line.split(separator: "\t", maxSplits: 1)
            let fields = halves[0].split(separator: " ")
            let mode = try #require(UInt32(fields[0], radix: 8))
            return TreeEntry(
                path: String(halves[1]), mode: try #require(FileMode(rawValue: mode)),
                id: try #require(ObjectID(hex: String(fields[2]))))
        }
    }

    /// All that belongs to the user, byte by byte: HEAD, index, configuration, references, hooks, the work tree.
    func usersView() async throws -> [String: String] {
        var view: [String: String] = [:]
        let common = repository.commonDirectory
        for name in ["HEAD", "index", "config", "packed-refs", "logs/HEAD", "ORIG_HEAD", "FETCH_HEAD", "worktrees"] {
            let data = try? Data(contentsOf: URL(fileURLWithPath: "\(common)/\(name)"))
            view[name] = data?.base64EncodedString() ?? "absent"
        }
        view["refs"] = try await git.git("for-each-ref")
            .split(separator: "\n").filter { !$0.contains("refs/moonshift/") && !$0.contains("refs/heads/moonshift/") }
            .joined(separator: "\n")
        for file in try FileManager.default.subpathsOfDirectory(atPath: git.filesPath) where !file.hasPrefix(".git") {
            let attributes = try FileManager.default.attributesOfItem(atPath: "\(git.filesPath)/\(file)")
            view["file \(file)"] = "\(attributes[.modificationDate] ?? "") \(attributes[.size] ?? "")"
        }
        if !git.isBare { view["status"] = try await git.git("status", "--porcelain") }
        return view
    }
}

extension String {
    var bytes: [UInt8] {
        Array(utf8)
    }
}

extension FileChange {
    static func text(_ text: String) -> FileChange {
        .write(Array(text.utf8), isExecutable: nil)
    }
}

/// The files below a folder with their content, `.git` left out; links as `-> target`.
func filesOnDisk(_ root: String) throws -> [String: String] {
    var files: [String: String] = [:]
    let manager = FileManager.default
    for path in try manager.subpathsOfDirectory(atPath: root) where path != ".git" && !path.hasPrefix(".git/") {
        let full = "\(root)/\(path)"
        let type = try manager.attributesOfItem(atPath: full)[.type] as? FileAttributeType
        if type == .typeSymbolicLink {
            files[path] = "-> " + (try manager.destinationOfSymbolicLink(atPath: full))
        } else if type == .typeRegular {
            files[path] = String(decoding: try Data(contentsOf: URL(fileURLWithPath: full)), as: UTF8.self)
        } else if try manager.contentsOfDirectory(atPath: full).isEmpty {
            files[path] = "empty folder"
        }
    }
    return files
}

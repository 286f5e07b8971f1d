import LuaRuntime
package import Packs
import Vocabulary

/// The text of one recipe or pack, ready to be loaded.
package struct PolicySource: Sendable, Equatable {
    package enum Kind: String, Sendable {
        case recipe, pack
    }

    package let kind: Kind
    package let name: String
    /// The file that returns the table.
    let entry: String
    package let snapshot: SourceSnapshot
    /// Whether it came with the program; what is on disk must be trusted by the user first.
    package let isEmbedded: Bool
    /// Reaches a pack's policies as `ctx.options`: what `use` gives, over the manifest's defaults.
    let options: Value
    let limits: PackLimits

    /// `recipe tdd`, `pack default`.
    package var title: String { "\(kind.rawValue) \(name)" }

    package var hash: ContentHash { snapshot.files.hash }

    /// What messages call the entry file.
    package var entryName: String { snapshot.displayName(entry) }

    var entryText: [UInt8]? { snapshot[entry] }

    /// The text of a module: `lib.x` is `lib/x.lua` or `lib/x/init.lua` in the source's own folder.
    func module(named name: String) -> LuaSource? {
        let path = name.split(separator: ".").joined(separator: "/")
        for candidate in ["\(path).lua", "\(path)/init.lua"] {
            if let bytes = snapshot[candidate] {
                return LuaSource(bytes: bytes, chunkName: snapshot.displayName(candidate))
            }
        }
        return nil
    }

    /// `recipes/mine.lua:12`, or the file alone when no line names the policy.
    func place(of policy: String) -> String {
        line(of: policy).map { "\(entryName):\($0)" } ?? entryName
    }

    /// A fault in the entry file, at the line that names something.
    func diagnostic(_ name: String?, _ message: String) -> Diagnostic {
        Diagnostic(file: entryName, line: name.flatMap(line(of:)), message: message)
    }

    private func line(of name: String) -> Int? {
        PolicyLines.line(of: name, in: entryText ?? [])
    }
}

import Packs
import Testing
import Vocabulary

@Suite struct PackManifestTests {
    private func read(_ text: String) throws -> PackManifest {
        try PackManifest.read(bytes: Array(text.utf8), file: "pack.yaml")
    }

    private func faults(_ text: String) throws -> [String] {
        do {
            _ = try read(text)
            return []
        } catch PackError.faults(let diagnostics) {
            return diagnostics.map(\.description)
        }
    }

    @Test func everyFieldIsRead() throws {
        let manifest = try read(
            """
            name: acme/strict-diff
            version: 1.4.0
            moonshift_api: ">=1.0, <2"
            description: Refuses large changes
            license: Apache-2.0
            authors: [A. Person, B. Person]
            homepage: https://example.com/strict-diff
            provides:
              policies: [accept, retry]
              toolchains: [ruff]
            options:
              max_lines: {type: integer, default: 200, doc: The most lines that a change may have}
              paths: {type: list}
            permissions:
              read: ["src/**"]
              run: [[ruff, check], [git]]
              http: [api.example.com, "*.example.org"]
              model: {max_cost: 0.50}
              history: true
              store: true
            limits: {ticks: 1000, slice: 100ms, awaited: 2m, memory_bytes: 1048576, load: 1s}
            """)
        let version = try #require(SemanticVersion("1.4.0"))
        let api = try #require(VersionRange(">=1.0, <2"))
        #expect(
            manifest
                == PackManifest(
                    name: "acme/strict-diff", version: version, api: api, description: "Refuses large changes",
                    license: "Apache-2.0", authors: ["A. Person", "B. Person"],
                    homepage: "https://example.com/strict-diff",
                    provides: [.policies: ["accept", "retry"], .toolchains: ["ruff"]],
                    options: [
                        PackOption(
                            name: "max_lines", kind: .integer, defaultValue: 200,
                            documentation: "The most lines that a change may have"),
                        PackOption(name: "paths", kind: .list),
                    ],
                    permissions: PackPermissions(
                        read: ["src/**"], run: [["ruff", "check"], ["git"]],
                        http: ["api.example.com", "*.example.org"],
                        model: Picodollars(dollars: "0.5"), history: true, store: true),
                    limits: PackLimits(
                        ticks: 1000, slice: .milliseconds(100), awaited: .seconds(120), memoryBytes: 1_048_576,
                        load: .seconds(1))))
    }

    @Test func whatIsNotAskedForIsNotPermitted() throws {
        let manifest = try read("{name: default, version: 1.0.0, moonshift_api: '1'}")
        #expect(manifest.permissions == PackPermissions())
        #expect(
            manifest.permissions
                == PackPermissions(read: [], run: [], http: [], model: nil, history: false, store: false))
    }

    @Test func allFaultsComeAtOnceWithTheirPlaces() throws {
        let found = try faults(
            """
            name: Acme/Strict
            version: 1.4
            moonshift_ap: 1
            description: 7
            provides: {policys: [accept], agents: [a, a]}
            options:
              x: {type: int}
              y: {type: integer, default: many}
              z: {doc: no type}
            permissions:
              rn: [[sh]]
              run: [[], sh, [a, 1]]
              read: [/etc/passwd, ../x]
              http: ["https://example.com/"]
              model: {}
              secrets: true
            limits: {ticks: 0, slice: 3h}
            """)
        #expect(
            found == [
                "pack.yaml:1:1: error: a pack manifest needs `moonshift_api`",
                "pack.yaml:1:7: error: `name` must be `pack` or `owner/pack` of lower-case letters, digits, `-` and `_`, but is \"Acme/Strict\"",
                "pack.yaml:2:10: error: `version` must be a string, but is the number 1.4: put it in quotes",
                "pack.yaml:3:1: error: a pack manifest has no field `moonshift_ap`: did you mean `moonshift_api`?",
                "pack.yaml:4:14: error: `description` must be a string, but is the integer 7: put it in quotes",
                "pack.yaml:5:12: error: `provides` has no field `policys`: did you mean `policies`?",
                "pack.yaml:5:43: error: `agents` names `a` twice",
                "pack.yaml:7:13: error: `type` must be one of boolean, integer, list, number, string, table, but is \"int\"",
                "pack.yaml:8:31: error: `default` must be of type integer, but is the string \"many\"",
                "pack.yaml:9:6: error: option `z` needs `type`",
                "pack.yaml:11:3: error: `permissions` has no field `rn`",
                "pack.yaml:12:9: error: `run` must list beginnings of command lines such as [ruff, check], but one is a list",
                "pack.yaml:12:13: error: `run` must list beginnings of command lines such as [ruff, check], but one is the string \"sh\"",
                "pack.yaml:12:17: error: `run` must list beginnings of command lines such as [ruff, check], but one is a list",
                "pack.yaml:13:10: error: `read` must stay inside the worktree: \"/etc/passwd\"",
                "pack.yaml:13:23: error: `read` must stay inside the worktree: \"../x\"",
                "pack.yaml:14:10: error: `http` must list host names such as api.example.com, but one is \"https://example.com/\"",
                "pack.yaml:15:10: error: `model` needs `max_cost`",
                "pack.yaml:16:3: error: `permissions` has no field `secrets`",
                "pack.yaml:17:17: error: `ticks` must be more than 0, but is 0",
                "pack.yaml:17:27: error: `slice` must be a time such as 250ms, 30s or 2m, but is \"3h\"",
            ])
    }

    @Test(arguments: ["", "[]", "name: [", "text"])
    func whatIsNoManifestIsRefused(text: String) throws {
        #expect(try faults(text).count == 1)
    }
}

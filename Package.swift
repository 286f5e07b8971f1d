// swift-tools-version: 6.2

import PackageDescription

let package = Package(
    name: "moonshift",
    products: [
        .executable(name: "moonshift", targets: ["moonshift"])
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1", traits: []),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
    ],
    targets: [
        // MARK: CGit2 (Debian's libgit2)
        .systemLibrary(name: "CGit2", pkgConfig: "libgit2", providers: [.apt(["libgit2-dev"])]),

        // MARK: CLaunchShim
        .target(name: "CLaunchShim"),

        // MARK: CLua (Debian's liblua5.4)
        .systemLibrary(name: "CLua", pkgConfig: "lua5.4", providers: [.apt(["liblua5.4-dev"])]),

        // MARK: CLuaShim
        .target(
            name: "CLuaShim",
            dependencies: ["CLua"]
        ),

        // MARK: CSodium (Debian's libsodium)
        .systemLibrary(name: "CSodium", pkgConfig: "libsodium", providers: [.apt(["libsodium-dev"])]),

        // MARK: CommandRunner
        .target(
            name: "CommandRunner",
            dependencies: ["CLaunchShim"]
        ),
        .testTarget(name: "CommandRunnerTests", dependencies: ["CommandRunner", "MoonshiftTestSupport"]),

        // MARK: Commands
        .target(
            name: "Commands",
            dependencies: [
                "CommandRunner", "Console", "Engine", "Landing", "Ledger", "LuaRuntime", "Metering", "ModelAPI",
                "Packs", "Plans", "PolicyContract", "Recipes", "SimulatedModel", "Telemetry", "Verification",
                "Vocabulary", "WebServer", "Workers", "Workspaces",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
            ]
        ),
        .testTarget(
            name: "CommandsTests",
            dependencies: [
                "Commands", "Ledger", "LuaRuntime", "MoonshiftTestSupport", "SimulatedModel", "Vocabulary", "moonshift",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
            ]
        ),

        // MARK: Console
        .target(
            name: "Console",
            dependencies: ["Ledger", "Vocabulary"]
        ),
        .testTarget(name: "ConsoleTests", dependencies: ["Console", "Ledger", "Vocabulary"]),

        // MARK: Documents (the only user of Yams)
        .target(
            name: "Documents",
            dependencies: ["Vocabulary", .product(name: "Yams", package: "Yams")]
        ),
        .testTarget(name: "DocumentsTests", dependencies: ["Documents", "Vocabulary"]),

        // MARK: Engine
        .target(
            name: "Engine",
            dependencies: [
                "Landing", "Ledger", "Metering", "ModelAPI", "Plans", "PolicyContract", "Telemetry", "Verification",
                "Vocabulary", "Workers", "Workspaces",
            ]
        ),
        .testTarget(
            name: "EngineTests",
            dependencies: [
                "Engine", "Ledger", "ModelAPI", "MoonshiftTestSupport", "Plans", "PolicyContract", "Verification",
                "Vocabulary",
            ]
        ),

        // MARK: Landing
        .target(
            name: "Landing",
            dependencies: ["PolicyContract", "Telemetry", "Verification", "Vocabulary", "Workspaces"]
        ),
        .testTarget(
            name: "LandingTests",
            dependencies: [
                "CommandRunner", "Landing", "MoonshiftTestSupport", "Plans", "PolicyContract", "Telemetry",
                "Verification",
                "Vocabulary", "Workspaces",
            ]
        ),

        // MARK: Ledger
        .target(
            name: "Ledger",
            dependencies: ["Telemetry", "Vocabulary", .product(name: "GRDB", package: "GRDB.swift")]
        ),
        .testTarget(
            name: "LedgerTests",
            dependencies: [
                "Ledger", "MoonshiftTestSupport", "Vocabulary", .product(name: "GRDB", package: "GRDB.swift"),
            ]
        ),

        // MARK: LoopbackHTTP (a bare HTTP client for tests)
        .target(
            name: "LoopbackHTTP",
            dependencies: [
                .product(name: "NIOCore", package: "swift-nio"), .product(name: "NIOPosix", package: "swift-nio"),
            ],
            path: "Tests/LoopbackHTTP"
        ),

        // MARK: LuaRuntime
        .target(
            name: "LuaRuntime",
            dependencies: ["CLuaShim", "Telemetry", "Vocabulary"]
        ),
        .testTarget(name: "LuaRuntimeTests", dependencies: ["LuaRuntime", "MoonshiftTestSupport", "Vocabulary"]),

        // MARK: Metering
        .target(
            name: "Metering",
            dependencies: ["Ledger", "Vocabulary"]
        ),
        .testTarget(name: "MeteringTests", dependencies: ["Ledger", "Metering", "MoonshiftTestSupport", "Vocabulary"]),

        // MARK: ModelAPI
        .target(
            name: "ModelAPI",
            dependencies: [
                "Ledger", "Metering", "Vocabulary", .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "Logging", package: "swift-log"), .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"), .product(name: "NIOPosix", package: "swift-nio"),
            ]
        ),
        .testTarget(
            name: "ModelAPITests",
            dependencies: ["Ledger", "Metering", "ModelAPI", "MoonshiftTestSupport", "Vocabulary"]
        ),

        // MARK: MoonshiftTestSupport
        .target(
            name: "MoonshiftTestSupport",
            dependencies: [],
            path: "Tests/MoonshiftTestSupport"
        ),
        .testTarget(name: "MoonshiftTestSupportTests", dependencies: ["MoonshiftTestSupport"]),

        // MARK: Packs
        .target(
            name: "Packs",
            dependencies: ["CSodium", "Documents", "Vocabulary"]
        ),
        .testTarget(name: "PacksTests", dependencies: ["MoonshiftTestSupport", "Packs", "Vocabulary"]),

        // MARK: Plans
        .target(
            name: "Plans",
            dependencies: ["Documents", "Vocabulary"]
        ),
        .testTarget(name: "PlansTests", dependencies: ["MoonshiftTestSupport", "Plans", "Vocabulary"]),

        // MARK: PolicyContract
        .target(
            name: "PolicyContract",
            dependencies: ["Plans", "Vocabulary"]
        ),

        // MARK: Recipes
        .target(
            name: "Recipes",
            dependencies: ["Documents", "LuaRuntime", "Packs", "Plans", "PolicyContract", "Vocabulary"],
            plugins: ["EmbedStandardLibrary"]
        ),
        .testTarget(
            name: "RecipesTests",
            dependencies: ["MoonshiftTestSupport", "Packs", "Plans", "PolicyContract", "Recipes", "Vocabulary"]
        ),

        // MARK: EmbedStandardLibrary (standard recipes and packs inside the binary)
        .executableTarget(name: "StandardLibraryEmbedder"),
        .plugin(
            name: "EmbedStandardLibrary",
            capability: .buildTool(),
            dependencies: ["StandardLibraryEmbedder"],
            path: "Sources/EmbedStandardLibrary"
        ),

        // MARK: SimulatedModel
        .target(
            name: "SimulatedModel",
            dependencies: ["Vocabulary", "WebServer", .product(name: "Logging", package: "swift-log")]
        ),
        .testTarget(
            name: "SimulatedModelTests",
            dependencies: [
                "LoopbackHTTP", "MoonshiftTestSupport", "SimulatedModel", "Vocabulary",
                .product(name: "Logging", package: "swift-log"),
            ]
        ),

        // MARK: Telemetry
        .target(
            name: "Telemetry",
            dependencies: ["Vocabulary"]
        ),
        .testTarget(name: "TelemetryTests", dependencies: ["Telemetry", "Vocabulary"]),

        // MARK: Verification
        .target(
            name: "Verification",
            dependencies: ["CommandRunner", "PolicyContract", "Telemetry", "Vocabulary", "Workspaces"]
        ),
        .testTarget(
            name: "VerificationTests",
            dependencies: ["PolicyContract", "Verification", "Vocabulary", "Workspaces"]
        ),

        // MARK: Vocabulary
        .target(name: "Vocabulary"),
        .testTarget(name: "VocabularyTests", dependencies: ["Vocabulary"]),

        // MARK: WebServer
        .target(
            name: "WebServer",
            dependencies: [
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"), .product(name: "NIOCore", package: "swift-nio"),
            ]
        ),
        .testTarget(
            name: "WebServerTests",
            dependencies: [
                "LoopbackHTTP", "MoonshiftTestSupport", "WebServer", .product(name: "Logging", package: "swift-log"),
            ]
        ),

        // MARK: Workers
        .target(
            name: "Workers",
            dependencies: [
                "Ledger", "ModelAPI", "Plans", "PolicyContract", "Vocabulary", "Workspaces",
                .product(name: "Logging", package: "swift-log"),
            ]
        ),
        .testTarget(
            name: "WorkersTests",
            dependencies: [
                "Ledger", "ModelAPI", "MoonshiftTestSupport", "Plans", "PolicyContract", "Vocabulary", "Workers",
                "Workspaces",
            ]
        ),

        // MARK: Workspaces
        .target(
            name: "Workspaces",
            dependencies: ["CGit2", "CommandRunner", "Telemetry", .product(name: "Logging", package: "swift-log")]
        ),
        .testTarget(
            name: "WorkspacesTests",
            dependencies: ["CommandRunner", "MoonshiftTestSupport", "Workspaces"]
        ),

        // MARK: moonshift
        .executableTarget(
            name: "moonshift",
            dependencies: ["Commands", .product(name: "ArgumentParser", package: "swift-argument-parser")]),
    ]
)

for target in package.targets where target.type != .system && target.type != .plugin {
    target.swiftSettings =
        (target.swiftSettings ?? []) + [
            .enableUpcomingFeature("ExistentialAny"),
            .enableUpcomingFeature("InternalImportsByDefault"),
            .enableUpcomingFeature("MemberImportVisibility"),
            .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
            .treatAllWarnings(as: .error),
        ]
}

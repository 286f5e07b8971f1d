import MoonshiftTestSupport
import Packs
import Plans
import PolicyContract
import Testing
import Vocabulary

@testable import Recipes

@Suite struct RecipeSettingsTests {
    @Test func builtInValuesFitTheirShapes() {
        let settings = RecipeSettings()
        for key in SettingKey.allCases {
            guard let entry = settings[key] else { continue }
            #expect(entry.origin == .builtIn)
            #expect(key.shape.faults(in: entry.value, path: key.rawValue) == [])
        }
        #expect(settings.featureTimeout == .seconds(600) && settings.maxAttempts == 3)
        #expect(settings.maxParallelBatches == 3 && settings.maxParallelFeatures == 5)
        #expect(settings.maxCost == Picodollars(dollars: "200"))
        #expect(settings.maxCostPerBatch == Picodollars(dollars: "25"))
    }

    @Test func theStrongerSourceWinsAndIsNamed() throws {
        var settings = RecipeSettings()
        #expect(settings.apply(["max_cost": 5, "model": "a"], origin: .pack("p")) == [])
        #expect(settings.apply(["max_cost": "0.05"], origin: .recipe("r")) == [])
        try settings.set(.maxTurns, text: "7", origin: .environment("MOONSHIFT_MAX_TURNS"))
        try settings.set(.unionFiles, text: "a.txt, b/*.md", origin: .commandLine("--union-files"))
        #expect(settings.maxCost == Picodollars(50_000_000_000))
        #expect(settings[.maxCost]?.origin.description == "recipe r")
        #expect(settings[.model]?.origin.description == "pack p")
        #expect(settings.maxTurns == 7 && settings.unionFiles == ["a.txt", "b/*.md"])
    }

    @Test(arguments: [
        (SettingKey.maxTurns, "many", #"--x: expected a whole number of at least 1, got the string "many""#),
        (.maxTurns, "0", "--x: expected a whole number of at least 1, got 0"),
        (.temperature, "3", "--x: expected a number from 0 to 2, got 3.0"),
        (.maxCost, "-1", #"--x: expected an amount of dollars such as 0.5 or "0.05", got the string "-1""#),
    ])
    func wrongTextIsRefused(key: SettingKey, text: String, message: String) {
        var settings = RecipeSettings()
        let fault = #expect(throws: ShapeFault.self) {
            try settings.set(key, text: text, origin: .commandLine("--x"))
        }
        #expect(fault?.text == message)
    }

    @Test(arguments: [
        ("30s", Duration.seconds(30)), ("10m", .seconds(600)), ("1h30m", .seconds(5400)), ("250ms", .milliseconds(250)),
        ("1d", .seconds(86_400)), ("", nil), ("5", nil), ("m", nil), ("1m1h", nil), ("1s1s", nil), ("-1s", nil),
    ])
    func durationsAreReadStrictly(text: String, duration: Duration?) {
        #expect(Value.string(text).durationValue == duration)
    }
}

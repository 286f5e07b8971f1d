import Metering
import Testing

@Suite struct InputBoundTests {
    @Test(arguments: [
        (ModelFamily.openai, 2048 + 11), (.anthropic, 2048 + 2 * 9 + 4 * 2), (.unknown, 2048 + 44),
    ])
    func bytesBoundTheTokensOfAFamily(family: ModelFamily, expected: Int) {
        #expect(InputBound.tokens(body: Array("{\"a\": \"é\"}".utf8), family: family) == expected)
    }

    @Test func noPromptIsLargerThanTheContextWindow() {
        #expect(
            InputBound.tokens(body: [UInt8](repeating: 97, count: 100_000), family: .openai, contextWindow: 8192)
                == 8192)
    }

    @Test(arguments: [
        ("gpt-5.4", ModelFamily.openai), ("openai/gpt-4", .openai), ("o3-mini", .openai), ("claude-opus-5", .anthropic),
        ("bedrock/anthropic.claude-3", .unknown), ("gemini/gemini-4-argon", .unknown), ("gpt-oss-120b", .unknown),
        ("llama", .unknown), ("", .unknown),
    ])
    func aFamilyIsOnlyNamedWhenItIsCertain(model: String, family: ModelFamily) {
        #expect(ModelFamily(model: model) == family)
    }
}

import Metering
import Testing
import Vocabulary

@testable import ModelAPI

@Suite struct RequestTests {
    private static func body(_ request: ChatRequest, _ endpoint: ModelEndpoint) throws -> Value {
        try JSONReader.parse(request.body(for: endpoint))
    }

    private static let local = ModelEndpoint(baseURL: "http://127.0.0.1:8080/v1/")

    @Test func aPlainRequestIsExactlyThis() {
        let request = ChatRequest(model: "m", messages: [.system("S"), .user("U")], maxOutputTokens: 9)
        let expected = """
            {"model":"m","messages":[{"role":"system","content":"S"},{"role":"user","content":"U"}],"stream":true,\
            "stream_options":{"include_usage":true},"max_tokens":9}
            """
        #expect(String(decoding: request.body(for: Self.local), as: UTF8.self) == expected)
    }

    @Test func aConversationWithToolsIsWrittenWhole() throws {
        let call = ToolCall(id: "c1", name: "read", arguments: #"{"path":"a\"b"}"#)
        var request = ChatRequest(
            model: "gpt-5.4",
            messages: [.user("U"), .assistant("", toolCalls: [call]), .tool("line\n\u{1}\\ä", answering: "c1")],
            tools: [ToolDefinition(name: "read", description: "Reads", parameters: ["type": "object"])],
            temperature: 0.5, maxOutputTokens: 9)
        request.headers = ["x": "y"]
        var endpoint = ModelEndpoint(baseURL: "https://api.openai.com/v1")
        endpoint.serviceTier = "default"
        #expect(
            try Self.body(request, endpoint) == [
                "model": "gpt-5.4", "stream": true, "stream_options": ["include_usage": true],
                "max_completion_tokens": 9,
                "temperature": 0.5, "service_tier": "default",
                "tools": [
                    [
                        "type": "function",
                        "function": ["name": "read", "description": "Reads", "parameters": ["type": "object"]],
                    ]
                ],
                "messages": [
                    ["role": "user", "content": "U"],
                    [
                        "role": "assistant", "content": nil,
                        "tool_calls": [
                            [
                                "id": "c1", "type": "function",
                                "function": ["name": "read", "arguments": #"{"path":"a\"b"}"#],
                            ]
                        ],
                    ],
                    ["role": "tool", "tool_call_id": "c1", "content": "line\n\u{1}\\ä"],
                ],
            ])
    }

    @Test(arguments: [
        ("", "{}"), (" ", "{}"), (#"{"a":1 }"#, #"{"a":1 }"#), (#"{"a""#, #"{"invalid_arguments":"{\"a\""}"#),
        ("[1]", #"{"invalid_arguments":"[1]"}"#),
    ])
    func brokenArgumentsAreSentBackAsAnObject(arguments: String, sent: String) throws {
        let call = ToolCall(id: "c", name: "n", arguments: arguments)
        let request = ChatRequest(model: "m", messages: [.assistant("", toolCalls: [call])], maxOutputTokens: 1)
        let message = try Self.body(request, Self.local)["messages"]?.listValue?.first
        #expect(message?["tool_calls"]?.listValue?.first?["function"]?["arguments"] == .string(sent))
    }

    @Test func theBeginningStaysTheSameFromTurnToTurn() {
        var request = ChatRequest(model: "m", messages: [.user("U")], maxOutputTokens: 1)
        let first = request.body(for: Self.local)
        request.messages.append(.assistant("A"))
        let second = request.body(for: Self.local)
        let beginning = String(decoding: first, as: UTF8.self).components(before: "],\"stream\"")
        #expect(String(decoding: second, as: UTF8.self).hasPrefix(beginning))
    }

    @Test(
        arguments: [
            ("https://api.openai.com/v1", "anything", .maxCompletionTokens),
            ("https://my.openai.azure.com/openai/v1", "deployment", .maxCompletionTokens),
            ("https://openrouter.ai/api/v1", "openai/gpt-5.4", .maxCompletionTokens),
            ("http://127.0.0.1:1/v1", "o3-mini", .maxCompletionTokens),
            ("http://127.0.0.1:1/v1", "smollm2", .maxTokens),
            ("http://127.0.0.1:1/v1", "openai/gpt-oss-20b", .maxTokens),
            ("https://notopenai.com/v1", "mistral-large", .maxTokens),
        ] as [(String, String, ModelEndpoint.OutputLimitField)])
    func theOutputLimitHasTheNameThatTheServerObeys(base: String, model: String, field: ModelEndpoint.OutputLimitField)
    {
        #expect(ModelEndpoint(baseURL: base).outputLimitField(for: model) == field)
    }

    @Test func aSettingOverridesTheNameOfTheOutputLimit() {
        var endpoint = ModelEndpoint(baseURL: "https://api.openai.com/v1")
        endpoint.outputLimitField = .maxTokens
        #expect(endpoint.outputLimitField(for: "gpt-5.4") == .maxTokens)
    }

    @Test(arguments: [
        ("https://API.Example.com:8443/v1", "api.example.com"), ("http://[::1]:80/v1", "::1"), ("http://u@h/v1", "h"),
        ("nonsense", "nonsense"), ("", ""),
    ])
    func hostIsRead(base: String, host: String) {
        #expect(ModelEndpoint(baseURL: base).host == host)
    }

    @Test func slashesAtTheEndDoNotDouble() {
        #expect(ModelEndpoint(baseURL: "http://h/v1//").completionsURL == "http://h/v1/chat/completions")
    }

    // MARK: Headers

    @Test func anIdentityCannotEndAHeader() {
        #expect(CallHeaders.encoded("a\r\nX: y%ä") == "a%0D%0AX: y%25%C3%A4")
        #expect(CallHeaders.encoded(String(repeating: "x", count: 1_000)).utf8.count == 256)
    }

    // MARK: Secrets

    @Test func aSecretIsNeverPrinted() {
        let secret = Secret("sk-very-secret")
        var endpoint = ModelEndpoint(baseURL: "http://h/v1", apiKey: secret)
        endpoint.serviceTier = nil
        var dumped = ""
        dump(endpoint, to: &dumped)
        for text in ["\(secret)", String(reflecting: secret), "\(endpoint)", String(reflecting: endpoint), dumped] {
            #expect(!text.contains("very"))
        }
        #expect(secret.redacting("Incorrect key sk-very-secret. sk-very-secret") == "Incorrect key <secret>. <secret>")
    }

    @Test(arguments: [
        (#"{"error":{"message":"m","type":"t","code":"c"}}"#, "m", "t", "c"),
        (#"{"error":{"message":"m","type":null,"code":429}}"#, "m", "", "429"),
        (#"{"error":"m"}"#, "m", "", ""), (#"{"message":"m"}"#, "m", "", ""), (#"{"detail":"m"}"#, "m", "", ""),
        (#"{"detail":[{"loc":1}]}"#, #"[{"loc":1}]"#, "", ""),
        ("<h1>Bad\n  gateway</h1>\u{7}", "<h1>Bad gateway</h1>", "", ""),
        ("", "", "", ""), ("[]", "", "", ""),
    ])
    func errorBodiesAreRead(body: String, message: String, type: String, code: String) {
        let error = VendorError(body: Array(body.utf8))
        #expect(error.message == message)
        #expect(error.type == type)
        #expect(error.code == code)
    }

    @Test func longErrorsAreCut() {
        #expect(VendorError(text: String(repeating: "ä ", count: 5_000)).message.count == VendorError.messageLimit)
    }
}

extension String {
    fileprivate func components(before separator: String) -> String {
        firstRange(of: separator).map { String(self[..<$0.lowerBound]) } ?? self
    }
}

import MoonshiftTestSupport
import Packs
import Plans
import PolicyContract
import Testing
import Vocabulary

@testable import Recipes

@Suite struct TemplateTests {
    struct Example: Sendable, CustomTestStringConvertible {
        let text: String
        let values: Value
        let expected: String

        init(_ text: String, _ values: Value, _ expected: String) {
            self.text = text
            self.values = values
            self.expected = expected
        }

        var testDescription: String { text }
    }

    static let examples: [Example] = [
        Example("plain", [:], "plain"),
        Example("{{a}} {{ b.c }}", ["a": "x", "b": ["c": 3]], "x 3"),
        Example("{{#l}}[{{.}}]{{/l}}", ["l": ["a", "b"]], "[a][b]"),
        Example("{{#l}}{{n}}{{o}}{{/l}}", ["l": [["n": 1], ["n": 2]], "o": "!"], "1!2!"),
        Example("{{^l}}none{{/l}}{{#l}}some{{/l}}", ["l": []], "none"),
        Example("a\n  {{#x}}\nb\n  {{/x}}\nc\n", ["x": true], "a\nb\nc\n"),
        Example("a\n{{#x}}\nb\n{{/x}}\nc", [:], "a\nc"),
        Example("{{#x}}in {{/x}}line", ["x": "1"], "in line"),
        Example("{{1.5}}", ["1": ["5": 2.5]], "2.5"),
        Example("{{#a}}{{#b}}{{c}}{{/b}}{{/a}}", ["a": ["b": ["c": "deep"]]], "deep"),
        Example("x {{#a}}\ny\n{{/a}} z", ["a": true], "x \ny\n z"),
    ]

    @Test(arguments: examples)
    func fillsIn(example: Example) throws {
        #expect(try Template(example.text, file: "t.md").render(example.values) == example.expected)
    }

    @Test(arguments: [
        ("a\n{{nmae}}", "t.md:2: there is no value 'nmae'; did you mean 'name'?"),
        ("{{#name}}", "t.md:1: {{#name}} is never closed"),
        ("{{#name}}{{/other}}", "t.md:1: {{/other}} closes no open section of that name"),
        ("x\n\n{{name", "t.md:3: {{ is never closed by }}"),
        ("{{}}", "t.md:1: a mark without a name"),
        ("{{list}}", "t.md:1: 'list' is a table: use {{#list}}…{{/list}}"),
    ])
    func faultsSayWhere(text: String, message: String) {
        let error = #expect(throws: TemplateError.self) {
            try Template(text, file: "t.md").render(["name": "x", "list": ["a"]])
        }
        #expect(error?.description == message)
    }
}

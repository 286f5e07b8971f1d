extension Value {
    /// Parses one JSON document.
    ///
    /// - Throws: ``JSONError`` when the bytes are no JSON.
    package init(json: some Sequence<UInt8>) throws(JSONError) {
        self = try JSONReader.parse(json)
    }

    /// The value as compact JSON with sorted keys; a number that JSON cannot hold (infinity, NaN) becomes null.
    package var json: String {
        var writer = JSONWriter(capacity: 256)
        writer.value(self)
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    /// The value as JSON for people: two spaces a level, sorted keys.
    package var prettyJSON: String {
        var writer = JSONWriter(capacity: 256)
        writer.prettyValue(self, depth: 0)
        return String(decoding: writer.bytes, as: UTF8.self)
    }
}

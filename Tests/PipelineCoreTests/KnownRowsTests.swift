import PipelineCore
import Testing

@Suite("What is known of rows")
struct KnownRowsTests {
    static let answer = KnownRows(rows: [
        .settled([[1, 2, 3, 4], nil]), .awaited, .later, .settled([nil, nil]),
        .settled([[5, 6, 7, 8], [10, 10, 10, 10, 34, 0, 0, 1]]),
    ])

    @Test("arrives as it was sent")
    func roundTrip() throws {
        let bytes = try Self.answer.encode(members: 2)
        #expect(try KnownRows(parsing: bytes, rows: 5, members: 2) == Self.answer)
        let head = #"{"bytes":[4,8],"rows":["kc","ww","ll","cc","kk"]}"# + "\n"
        #expect(bytes.starts(with: head.utf8))
    }

    @Test(
        "is refused where it is cut, longer, or of other rows or members",
        arguments: [
            #"{"bytes":[4],"rows":["k"]}"#, #"{"bytes":[4],"rows":["k"]}"# + "\n",
            #"{"bytes":[4],"rows":["k"]}"# + "\nabc", #"{"bytes":[4],"rows":["k"]}"# + "\nabcde",
            #"{"bytes":[4],"rows":["x"]}"# + "\n", #"{"bytes":[4],"rows":["kk"]}"# + "\nabcd",
            #"{"bytes":[4],"rows":["k","c"]}"# + "\nabcd", #"{"bytes":[3],"rows":["k"]}"# + "\nabc",
            #"{"bytes":[-4],"rows":["k"]}"# + "\n", "\n", "",
            #"{"bytes":[9223372036854775804],"rows":["k"]}"# + "\nabcd",
        ])
    func refused(_ text: String) {
        #expect(throws: (any Error).self) {
            try KnownRows(parsing: Array(text.utf8), rows: 1, members: 1)
        }
    }
}

/// The fields of a line of comma-separated values, quoted as RFC 4180 says.
struct CSVRow {
    /// Why a line has no fields.
    enum Trouble: Error, Equatable {
        /// A quoted field is not closed in its line.
        case openQuote
        /// A quote stands in the middle of a field.
        case strayQuote
    }

    /// The fields, without quotes.
    let fields: [[UInt8]]

    /// Reads a line without its end; a quoted field does not go on in the next one.
    init(_ line: [UInt8]) throws(Trouble) {
        let (quote, comma) = (UInt8(ascii: "\""), UInt8(ascii: ","))
        var fields: [[UInt8]] = []
        var field: [UInt8] = []
        var place = 0
        while true {
            if place < line.count, line[place] == quote {
                guard field.isEmpty else { throw .strayQuote }
                place += 1
                while true {
                    guard place < line.count else { throw .openQuote }
                    if line[place] != quote {
                        field.append(line[place])
                    } else if place + 1 < line.count, line[place + 1] == quote {
                        field.append(quote)
                        place += 1
                    } else {
                        break
                    }
                    place += 1
                }
                place += 1
                guard place == line.count || line[place] == comma else { throw .strayQuote }
            }
            guard place < line.count, line[place] != comma else {
                fields.append(field)
                field = []
                guard place < line.count else { break }
                place += 1
                continue
            }
            guard line[place] != quote else { throw .strayQuote }
            field.append(line[place])
            place += 1
        }
        self.fields = fields
    }
}

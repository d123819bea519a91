package import PipelineCore

/// Manifests as JSON Lines: one object an image, keys in a fixed order.
package struct JSONLinesManifest: ManifestWriter {
    /// Each class's label as a JSON string.
    private let labels: [[UInt8]]
    /// Each member's name as a JSON string.
    private let members: [[UInt8]]

    /// A writer for runs whose members tell `classes` apart.
    package init(members: [String], classes: ClassList) {
        labels = classes.labels.map(jsonString)
        self.members = members.map(jsonString)
    }

    package var header: [UInt8] { [] }

    package func append(_ row: ManifestRow, to output: inout [UInt8]) {
        output.append(#"{"file":"#)
        output.append(jsonString: row.file.text)
        switch row.outcome {
        case .labelled(let prediction):
            append(prediction, to: &output)
        case .failed(let failure):
            append(failure, to: &output)
        }
        if let given = row.given {
            output.append(#","given":"#)
            output.append(jsonString: given)
        }
        output.append("}\n")
    }

    private func append(_ prediction: Prediction, to output: inout [UInt8]) {
        output.append(#","status":"labelled","#)
        appendClass(prediction.index, to: &output)
        output.append(#","confidence":"#)
        output.append(decimal: prediction.confidence, absent: "null")
        output.append(#","margin":"#)
        output.append(decimal: prediction.margin, absent: "null")
        output.append(#","entropy":"#)
        output.append(decimal: prediction.entropy, absent: "null")
        output.append(#","agreement":"#)
        output.append(decimal: prediction.agreement, absent: "null")
        output.append(#","top":["#)
        for (place, choice) in prediction.top.enumerated() {
            output.append(place == 0 ? "{" : ",{")
            appendClass(choice.index, to: &output)
            output.append(#","probability":"#)
            output.append(decimal: choice.probability, absent: "null")
            output.append("}")
        }
        output.append(#"],"members":{"#)
        for (place, (name, choice)) in zip(members, prediction.members).enumerated() {
            if place > 0 { output.append(",") }
            output += name
            output.append(":{")
            appendClass(choice.index, to: &output)
            output.append(#","confidence":"#)
            output.append(decimal: choice.probability, absent: "null")
            output.append("}")
        }
        output.append(#"},"failure":null"#)
    }

    private func append(_ failure: ImageFailure, to output: inout [UInt8]) {
        output.append(#","status":"failed","label":null,"index":null,"confidence":null"#)
        output.append(#","margin":null,"entropy":null,"agreement":null,"top":[],"members":{}"#)
        output.append(#","failure":{"reason":"#)
        output.append(jsonString: failure.reason)
        output.append(#","detail":"#)
        output.append(jsonString: failure.detail)
        output.append("}")
    }

    /// Appends the keys `label` and `index`.
    private func appendClass(_ index: Int, to output: inout [UInt8]) {
        output.append(#""label":"#)
        if labels.indices.contains(index) {
            output += labels[index]
        } else {
            output.append("null")
        }
        output.append(#","index":"#)
        output.append(integer: index)
    }
}

/// `text` as a JSON string.
private func jsonString(_ text: String) -> [UInt8] {
    var output: [UInt8] = []
    output.append(jsonString: text)
    return output
}

extension [UInt8] {
    /// Appends `text` as a JSON string: quotes, backslashes and control characters escaped, all
    /// else as it is.
    fileprivate mutating func append(jsonString text: String) {
        append(UInt8(ascii: "\""))
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""): append(#"\""#)
            case UInt8(ascii: "\\"): append(#"\\"#)
            case UInt8(ascii: "\n"): append(#"\n"#)
            case UInt8(ascii: "\r"): append(#"\r"#)
            case UInt8(ascii: "\t"): append(#"\t"#)
            case 0..<0x20:
                append(#"\u00"#)
                append(contentsOf: hexadecimal([byte]).utf8)
            default: append(byte)
            }
        }
        append(UInt8(ascii: "\""))
    }
}

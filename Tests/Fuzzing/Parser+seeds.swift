import Foundation
import PipelineCore
import Results

@testable import Labelling

extension Parser {
    /// Inputs that are read: what fuzzers begin with.
    package func seeds() throws -> [[UInt8]] {
        switch self {
        case .request: try Sample().requests()
        case .answer: try Sample().answers()
        case .retry:
            texts(
                "120", "Wed, 21 Oct 2026 07:28:00 GMT\nWed, 21 Oct 2026 07:27:00 GMT",
                "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994")
        case .manifest:
            [
                try Sample().entries().flatMap { ManifestLine.encode($0) }.dropLast(),
                Array(#"{"size" : 7, "problem":"\u00e9\ud83d\ude00\n", "file":"\\xFF/b"}"#.utf8),
            ]
        case .result: try Sample().results()
        case .marker: try Sample().markers()
        case .definition:
            try Fixtures.contents("../Pipelines", ".yaml")
                + texts(
                    "name: a\nmembers: [efficientnet_lite0, efficientnet_lite1]\n",
                    """
                    name: "a-b"
                    description: >
                      two lines
                      of text
                    members:
                      - {model: efficientnet_lite0, weight: 0.5, precision: int8, name: x}
                      - model: efficientnet_lite1
                        weight: 2
                    combine: weighted-mean
                    orient: no
                    decode: fast
                    top: 5
                    shard: 64 # images

                    """)
        case .ranges: try Sample().ranges()
        case .added: try Sample().added()
        case .classes: texts("cat\ndog\n", " a \r\nb\u{e9}\r\n\n")
        case .safetensors: try Fixtures.contents("CheckpointsTests/Fixtures", ".safetensors")
        case .pytorch: try Fixtures.contents("CheckpointsTests/Fixtures", ".pt")
        case .legacy: try Fixtures.contents("CheckpointsTests/Fixtures", ".pth")
        case .onnx:
            try [
                "keras", "mobile", "mobile-opset11", "quantised", "response", "shuffle", "spelled",
            ]
            .flatMap { try Fixtures.contents("InterchangeTests/Fixtures/\($0)", ".onnx") }
        case .wheel:
            try Fixtures.contents("CheckpointsTests/Fixtures", "types_zip.pt")
                + Fixtures.contents("FuzzingTests/Seeds", ".whl")
        case .jpeg: try Fixtures.contents("ImagingTests/Fixtures", ".jpg")
        case .png: try Fixtures.contents("ImagingTests/Fixtures", ".png")
        case .webp: try Fixtures.contents("ImagingTests/Fixtures", ".webp")
        case .tar: Archive.seeds
        case .names:
            texts("a/b.jpg\n# no\n\nhttps://e.org/a.jpg?x=1\r\nshards/1.tar\ns3://photos/a b.jpg")
        case .csv:
            texts(
                "id,url,label\n1,https://e.org/a,cat\n2,\"a,\"\"b\"\".jpg\",\"tiger, cat\"\n",
                "\u{feff}FILE\na.jpg\n")
        case .jsonl:
            texts(#"{"url":"https://e.org/a","label":"cat"}"# + "\n" + #"{"file":"a/b.jpg"}"#)
        case .listing:
            texts(
                """
                <?xml version="1.0" encoding="UTF-8"?>
                <ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>b</Name>
                <IsTruncated>true</IsTruncated><NextContinuationToken>a/+=</NextContinuationToken>
                <Contents><Key>a &amp; b&#233;&#x1F600;.jpg</Key><Size>12</Size>
                <ETag>&quot;9b2c&quot;</ETag></Contents></ListBucketResult>
                """,
                "<ListBucketResult><IsTruncated>false</IsTruncated><!-- x --></ListBucketResult>")
        case .place: texts("s3://photos/a%20b/?endpoint=https%3A%2F%2Fe.org&region=eu-west-1")
        }
    }

    private func texts(_ texts: String...) -> [[UInt8]] { texts.map { Array($0.utf8) } }
}

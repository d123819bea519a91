import Curation
import PipelineCore
import Testing

@testable import Reporting

@Suite("A report")
struct MarkdownReportTests {
    @Test("tells a run's facts, classes, confidences, doubts, agreement and failures")
    func golden() async throws {
        let stored = try HandmadeRun.stored()
        let report = try await stored.reporter().report(stored.run)
        let bars = String(repeating: "█", count: 40)
        let blank = String(repeating: " ", count: 40)
        let bins = (0..<20).map { bin in
            let bounds = "\(decimals(Double(bin) / 20, 2))–\(decimals(Double(bin + 1) / 20, 2))"
            switch bin {
            // 0.46; 0.62 and 0.645; 0.97
            case 9, 19: return "\(bounds) \(bars.prefix(20))\(blank.prefix(20)) 1"
            case 12: return "\(bounds) \(bars) 2"
            default: return "\(bounds) \(blank) 0"
            }
        }
        let (one, two) = (SHA256Digest(of: [0]), SHA256Digest(of: [1]))

        #expect(
            report == """
                # Labels of my\\|cats

                | Run | rstored |
                | :-- | :-- |
                | Dataset | /photos/my\\|cats |
                | Manifest's SHA-256 | \(stored.run.manifest) |
                | Pipeline | two_cats |
                | Combination | mean-probability |
                | Classes | pets, 4 |
                | Submitted | 2026-09-21T14:13:20Z |
                | Images | 7 |
                | Labelled | 4 |
                | Failed | 3 |
                | Shards | 3 done, 1 given up |

                ## Members

                | Member | Model | Precision | Weight | Weights' SHA-256 |
                | :-- | :-- | :-- | --: | :-- |
                | lite0 | efficientnet_lite0 | auto | 1.0 | \(one) |
                | lite1 | efficientnet_lite1 | auto | 1.0 | \(two) |

                ## Classes

                4 of 4 classes were given.

                | Class | Index | Images | Share |
                | :-- | --: | --: | --: |
                | tabby | 0 | 1 | 25.0 % |
                | tiger cat | 1 | 1 | 25.0 % |
                | Egyptian, or "Mau" | 2 | 1 | 25.0 % |
                | =sum | 3 | 1 | 25.0 % |

                ## Confidence

                Images by the confidence of their label; higher is surer. The mean is 0.674.

                ```text
                \(bins.joined(separator: "\n"))
                ```

                ## Least certain images

                The lowest confidences; a person should look at these first.

                | File | Label | Confidence | Margin | Entropy | Members say |
                | :-- | :-- | --: | --: | --: | :-- |
                | q"u,o\\|t\\`e\\\\u{202E}.jpg | =sum | 0.460 | 0.120 | 1.185 | \
                lite0: Egyptian, or "Mau"; lite1: =sum |
                | =1+1.jpg | tabby | 0.620 | 0.445 | 1.068 | lite0, lite1: tabby |
                | zz\\\\xFF\\\\xFE.jpg | Egyptian, or "Mau" | 0.645 | 0.470 | 1.020 | \
                lite0, lite1: Egyptian, or "Mau" |
                | cat.jpg | tiger cat | 0.970 | 0.960 | 0.168 | lite0, lite1: tiger cat |

                ## Agreement

                The share of labelled images on which a member's own class is that of the ensemble, \
                and of each other member. All of them agree on 75.0 %.

                | Member | Ensemble | lite0 | lite1 |
                | :-- | --: | --: | --: |
                | lite0 | 75.0 % | 100.0 % | 75.0 % |
                | lite1 | 100.0 % | 75.0 % | 100.0 % |

                ## Failures

                | Reason | Images |
                | :-- | --: |
                | shard-failed | 2 |
                | truncated | 1 |

                The first of each, up to 5:

                | Reason | File | Detail |
                | :-- | :-- | :-- |
                | shard-failed | sub/ends\\\\x5Cx41.jpg | the shard of this image was given up: \
                gave up after 3 attempts: "out of memory" |
                | shard-failed | sub/猫.jpg | the shard of this image was given up: \
                gave up after 3 attempts: "out of memory" |
                | truncated | new\\\\nline &lt;b&gt;.jpg | the file ends\\\\nafter 1 of 2 scans |

                """)
    }

    @Test("sums up the classes beyond the first twenty")
    func manyClasses() throws {
        let stored = try HandmadeRun.stored()
        var statistics = RunStatistics(classes: 30, members: 2)
        for row in 0..<60 {
            let index = row < 30 ? row : row % 10
            statistics.add(StatisticsTests.prediction(index), of: StatisticsTests.file(row))
        }
        let classes = ClassList(name: "thirty", labels: (0..<30).map { "class \($0)" })
        let text = MarkdownReport(run: stored.run, classes: classes, statistics: statistics).text

        #expect(text.contains("30 of 30 classes were given."))
        #expect(text.contains("| class 19 | 19 | 1 | 1.7 % |\n| *10 others* |  | 10 | 16.7 % |"))
        #expect(!text.contains("| class 20 |"))
    }

    @Test("of nothing says so")
    func nothing() throws {
        let stored = try HandmadeRun.stored()
        let text = MarkdownReport(
            run: stored.run, classes: HandmadeRun.classes,
            statistics: RunStatistics(classes: 4, members: 2)
        ).text

        #expect(text.contains("0 of 4 classes were given."))
        #expect(text.contains("No image was labelled."))
        #expect(text.hasSuffix("## Failures\n\nNone.\n"))
    }

    @Test(
        "shows any name literally",
        arguments: [
            ("a|b", #"a\|b"#), ("`code`", #"\`code\`"#),
            ("<script>&amp;", "&lt;script&gt;&amp;amp;"),
            ("two\nlines", #"two\\nlines"#), ("*bold* _it_ a_b", #"\*bold\* \_it\_ a_b"#),
            ("[x](y)", #"\[x\](y)"#), ("$x$", #"\$x\$"#), (#"back\slash"#, #"back\\slash"#),
            ("\u{1B}[2J", #"\\u{1B}\[2J"#), ("\u{2028}\u{85}", #"\\u{2028}\\u{85}"#), ("日本", "日本"),
            ("_", #"\_"#), ("", ""),
        ])
    func escapes(_ name: String, _ text: String) {
        #expect(markdown(name) == text)
    }
}

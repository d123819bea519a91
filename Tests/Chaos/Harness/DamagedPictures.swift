import Foundation
import TestSupport

/// Picture files of many kinds, and what becomes of them on bad disks and in bad hands.
enum DamagedPictures {
    /// A file, and the ending of its name.
    struct File: Sendable {
        let kind: String
        let bytes: [UInt8]
    }

    /// Whole files of every kind that is read, from the decoders' own tests.
    static func samples() throws -> [File] {
        let folder = URL(filePath: #filePath).appending(path: "../../../ImagingTests/Fixtures")
            .standardized.path
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        let files = try names.sorted().compactMap { name -> File? in
            let kind = name.split(separator: ".").last.map(String.init) ?? ""
            guard ["jpg", "png", "webp"].contains(kind), !name.hasPrefix("bomb") else { return nil }
            return File(
                kind: kind, bytes: [UInt8](try Data(contentsOf: URL(filePath: "\(folder)/\(name)")))
            )
        }
        guard files.count > 10 else { throw Skipped("the sources are not here") }
        return files
    }

    /// `flips` files with one bit in 250 turned over, `cuts` cut at every sixty-fourth, and
    /// ``ugly`` ones.
    static func all(of samples: [File], flips: Int, cuts: Int, seed: UInt64) -> [File] {
        var generator = SeededGenerator(seed: seed)
        let flipped = (0..<flips).map { flip(samples[$0 % samples.count], $0, &generator) }
        let cut = (0..<cuts).flatMap { index -> [File] in
            let whole = samples[index * 5 % samples.count]
            return (0..<64).map {
                File(
                    kind: whole.kind, bytes: Array(whole.bytes.prefix(whole.bytes.count * $0 / 64)))
            }
        }
        return flipped + cut + ugly
    }

    private static func flip(
        _ file: File, _ index: Int, _ generator: inout SeededGenerator
    ) -> File {
        var bytes = file.bytes
        for place in bytes.indices {
            for bit in 0..<8 where Int.random(in: 0..<250, using: &generator) == 0 {
                bytes[place] ^= 1 << UInt8(bit)
            }
        }
        // Otherwise next to no PNG would get beyond its checksums; signatures neither.
        if index % 2 == 0 {
            let head = file.kind == "webp" ? 16 : file.kind == "png" ? 16 : 4
            bytes.replaceSubrange(..<min(head, bytes.count), with: file.bytes.prefix(head))
            if file.kind == "png" { bytes = Handmade.mended(png: bytes) }
        }
        return File(kind: file.kind, bytes: bytes)
    }

    /// Headers that contradict themselves, made by hand.
    static var ugly: [File] {
        jpegs.map { File(kind: "jpg", bytes: $0) } + pngs.map { File(kind: "png", bytes: $0) }
            + webps.map { File(kind: "webp", bytes: $0) }
    }

    private static var jpegs: [[UInt8]] {
        let start: [UInt8] = [0xFF, 0xD8]
        let segment = Handmade.segment
        func frame(_ marker: UInt8, _ rest: [UInt8], height: Int = 8, width: Int = 8) -> [UInt8] {
            segment(
                marker, [8] + Handmade.bigEndian(height, 2) + Handmade.bigEndian(width, 2) + rest)
        }
        let scan = segment(0xDA, [1, 1, 0, 0, 63, 0]) + [0x3F, 0xFF, 0xD9]
        let grey: [UInt8] = [1, 1, 0x11, 0]
        return [
            [], [0xFF], start, start + [0xFF], start + [0xFF, 0xD9], start + scan,
            start + [0xFF, 0xE0, 0, 0], start + [0xFF, 0xE0, 0, 1],
            start + [0xFF, 0xE1, 0xFF, 0xFF],
            start + frame(0xC0, grey, height: 0) + scan, start + frame(0xC0, grey, width: 0) + scan,
            start + frame(0xC0, [0]) + scan, start + frame(0xC0, [255]) + scan,
            start + frame(0xC0, [1, 1, 0x00, 0]) + scan,
            start + frame(0xC0, [1, 1, 0xFF, 0]) + scan,
            start + frame(0xC0, [1, 1, 0x11, 255]) + scan,
            start + frame(0xC0, grey) + frame(0xC0, grey) + scan,
            start + frame(0xC3, grey) + scan, start + frame(0xC9, grey) + scan,
            start + segment(0xC4, [0] + [UInt8](repeating: 255, count: 16)) + scan,
            start + segment(0xC4, [0xFF] + [UInt8](repeating: 0, count: 16)) + scan,
            start + segment(0xDB, [0xFF]) + frame(0xC0, grey) + scan,
            start + segment(0xDD, [0xFF, 0xFF]) + frame(0xC0, grey) + scan,
            start + segment(0xE1, Array("Exif\0\0II*\0".utf8) + [8, 0, 0, 0, 0xFF, 0xFF]) + scan,
            start + segment(0xDA, [4, 1, 0, 1, 0, 1, 0, 1, 0, 0, 63, 0]),
            start + segment(0xEE, Array("Adobe".utf8) + [0, 0, 0, 0, 0, 0, 9]) + scan,
            Handmade.jpeg(width: 8, height: 8, progressive: true, scans: 99),
            Handmade.jpeg(width: 1, height: 65_500), Handmade.jpeg(width: 65_500, height: 1),
        ]
    }

    private static var pngs: [[UInt8]] {
        let pixels = Handmade.chunk("IDAT", Handmade.zlibZeros(370))
        let signature = Handmade.pngSignature
        return [
            signature, signature + [0, 0, 0], signature + Handmade.chunk("IEND", []),
            signature + pixels, signature + Handmade.chunk("IHDR", []),
            signature + [0x7F, 0xFF, 0xFF, 0xFF] + Array("IHDR".utf8),
            signature + [0xFF, 0xFF, 0xFF, 0xFF] + Array("IDAT".utf8),
            Handmade.png(width: 0, height: 0, then: pixels),
            Handmade.png(width: 1 << 31, height: 1, then: pixels),
            Handmade.png(width: 0x7FFF_FFFF, height: 1, then: pixels),
            Handmade.png(width: 12, height: 10, depth: 3, then: pixels),
            Handmade.png(width: 12, height: 10, colour: 7, then: pixels),
            Handmade.png(width: 12, height: 10, colour: 3, then: pixels),
            Handmade.png(width: 12, height: 10, interlaced: 2, then: pixels),
            Handmade.png(width: 12, height: 10, then: []),
            Handmade.png(width: 12, height: 10, then: Handmade.chunk("IDAT", [])),
            Handmade.png(width: 12, height: 10, then: Handmade.chunk("IDAT", [0xFF, 0xFF, 0xFF])),
            Handmade.png(width: 12, height: 10, then: pixels + Handmade.chunk("PLTE", [1])),
            Handmade.png(width: 12, height: 10, then: Handmade.chunk("eXIf", [0x4D]) + pixels),
        ]
    }

    private static var webps: [[UInt8]] {
        func size(_ number: Int) -> [UInt8] { Handmade.littleEndian(number, 3) }
        let wide: [UInt8] = [0x10, 0, 0, 0] + size(16_000) + size(11_000)
        // A lossless picture of 16,384 × 10,900 pixels, of which there are none.
        let lossless = [0x2F] + Handmade.littleEndian(16_383 | 10_899 << 14, 4)
        return [
            Array("RIFF".utf8), Handmade.webp([]), Handmade.webp([], size: 0),
            Handmade.webp([("VP8X", wide)], size: 0xFFFF_FFFE),
            Handmade.webp([("VP8X", wide)]), Handmade.webp([("VP8 ", [])]),
            Handmade.webp([("VP8L", [])]), Handmade.webp([("VP8L", lossless)]),
            Handmade.webp([("VP8L", lossless + [UInt8](repeating: 0, count: 64))]),
            Handmade.webp([("VP8 ", [UInt8](repeating: 0xFF, count: 32))]),
            Handmade.webp([("ALPH", [0]), ("VP8 ", [0x9D, 0x01, 0x2A])]),
            Handmade.webp([
                ("VP8X", [0x02, 0, 0, 0] + size(15_999) + size(10_999)),
                ("ANIM", [0, 0, 0, 0, 0, 0]), ("ANMF", [UInt8](repeating: 0, count: 16)),
            ]),
        ]
    }
}

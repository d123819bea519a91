import CCurl
import Foundation

/// An address of version 4 or 6 of the Internet Protocol.
package struct IPAddress: Sendable, Hashable {
    /// 4 or 16 bytes, in the order of the network.
    package let bytes: [UInt8]

    /// Reads `127.0.0.1` or `::1`, and none of the other ways to write an address; nil for those.
    package init?(_ text: String) {
        var buffer = [UInt8](repeating: 0, count: 16)
        if inet_pton(AF_INET, text, &buffer) == 1 {
            bytes = Array(buffer[..<4])
        } else if inet_pton(AF_INET6, text, &buffer) == 1 {
            bytes = buffer
        } else {
            return nil
        }
    }

    /// Takes 4 or 16 bytes; nil for any other number.
    package init?(bytes: some Collection<UInt8>) {
        guard bytes.count == 4 || bytes.count == 16 else { return nil }
        self.bytes = Array(bytes)
    }

    /// The address of version 4 within one of version 6 that stands for it: mapped (RFC 4291) or
    /// translated (RFC 6052).
    var embedded: IPAddress? {
        let mapped: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF]
        let translated: [UInt8] = [0, 0x64, 0xFF, 0x9B, 0, 0, 0, 0, 0, 0, 0, 0]
        guard bytes.count == 16, bytes.starts(with: mapped) || bytes.starts(with: translated)
        else { return nil }
        return IPAddress(bytes: bytes[12...])
    }
}

extension IPAddress {
    /// The address that libcurl is about to connect to; nil where it is of neither version.
    init?(curl address: UnsafeMutablePointer<curl_sockaddr>) {
        // The structure's last field stands for one that may be longer than its type says.
        guard let offset = MemoryLayout<curl_sockaddr>.offset(of: \.addr) else { return nil }
        let start = UnsafeRawPointer(address) + offset
        let length = Int(address.pointee.addrlen)
        switch address.pointee.family {
        case AF_INET where length >= MemoryLayout<sockaddr_in>.size:
            let place = start.loadUnaligned(as: sockaddr_in.self)
            self.init(bytes: withUnsafeBytes(of: place.sin_addr) { Array($0) })
        case AF_INET6 where length >= MemoryLayout<sockaddr_in6>.size:
            let place = start.loadUnaligned(as: sockaddr_in6.self)
            self.init(bytes: withUnsafeBytes(of: place.sin6_addr) { Array($0) })
        default:
            return nil
        }
    }
}

extension IPAddress: CustomStringConvertible {
    package var description: String {
        var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        let family = bytes.count == 4 ? AF_INET : AF_INET6
        guard inet_ntop(family, bytes, &text, socklen_t(text.count)) != nil else { return "" }
        return String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}

/// Addresses that begin with the same bits, as `10.0.0.0/8` or `fd00::/8` writes them.
package struct AddressRange: Sendable, Hashable {
    private let start: IPAddress
    private let bits: Int

    /// Reads an address, `/` and a number of bits; an address alone is a range of one.
    package init?(_ text: some StringProtocol) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let first = parts.first, let start = IPAddress(String(first)) else { return nil }
        let longest = start.bytes.count * 8
        let bits = parts.count == 1 ? longest : Int(parts[1])
        guard let bits, (0...longest).contains(bits) else { return nil }
        self.start = start
        self.bits = bits
    }

    /// Whether `address` is of the same version and begins alike.
    package func contains(_ address: IPAddress) -> Bool {
        guard address.bytes.count == start.bytes.count else { return false }
        let (whole, rest) = (bits / 8, bits % 8)
        guard address.bytes[..<whole] == start.bytes[..<whole] else { return false }
        let mask = UInt8(truncatingIfNeeded: 0xFF00 >> rest)
        return rest == 0 || address.bytes[whole] & mask == start.bytes[whole] & mask
    }
}

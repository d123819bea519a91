extension RelativePath {
    /// Whether the path names something beneath its dataset and cannot point elsewhere.
    ///
    /// Such a path has at least one component, none of them empty, `.` or `..`, and no NUL.
    package var staysBeneath: Bool {
        guard !bytes.contains(0) else { return false }
        let (slash, dot) = (UInt8(ascii: "/"), UInt8(ascii: "."))
        return bytes.split(separator: slash, omittingEmptySubsequences: false).allSatisfy { name in
            name.count > 2 || name.contains { $0 != dot }
        }
    }
}

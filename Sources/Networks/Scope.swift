/// A prefix of parameter names, such as `features.3.conv`.
///
/// Scopes mirror the checkpoint's own names, so that loading needs no renaming table.
package struct Scope: Sendable, Hashable {
    /// The prefix, parts joined by dots; empty at the root.
    package let path: String

    /// The scope of all names.
    package static let root = Scope(path: "")

    /// The scope `name` inside this one.
    package subscript(_ name: String) -> Scope {
        Scope(path: path.isEmpty ? name : "\(path).\(name)")
    }

    /// The scope of element `index` of a list or a sequential container.
    package subscript(_ index: Int) -> Scope { self[String(index)] }

    /// The full name of parameter `name` of this scope.
    package func name(_ name: String) -> String { self[name].path }

    /// Numbers this scope's elements from 0, one at each `next()`.
    package func sequential() -> ScopeSequence { ScopeSequence(scope: self) }
}

/// Hands out a scope's elements in order.
package struct ScopeSequence {
    private let scope: Scope
    private var index = 0

    init(scope: Scope) { self.scope = scope }

    /// The next element's scope.
    package mutating func next() -> Scope {
        defer { index += 1 }
        return scope[index]
    }
}

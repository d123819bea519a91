import CMalloc

/// Keeps what a process allocates in few arenas, for one that runs for weeks.
///
/// glibc gives every thread an arena of its own, and each keeps what its largest task has ever
/// needed: two dozen of them look like a leak, and never give anything back. Two are plenty for
/// threads that mostly wait for a disk or a network.
enum FewArenas {
    /// Sees to it; best called before there are many threads.
    static func keep() { mallopt(M_ARENA_MAX, 2) }
}

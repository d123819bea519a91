/// What a process ends with; `docs/exit-codes.md` tells each to the people who meet it.
///
/// The numbers from 64 on are those of `sysexits.h`.
enum ExitStatus: Int32 {
    /// All is done.
    case done = 0
    /// All is done, and some images have no label.
    case someImagesFailed = 3
    /// All is done, and integers do not keep a network's labels well enough.
    case guardFailed = 4
    /// `doctor` found something that must be mended.
    case unhealthy = 5
    /// The command line makes no sense.
    case wrongUse = 64
    /// A definition, a checkpoint or a folder is not what it should be.
    case wrongData = 65
    /// A dataset, definition, model or run does not exist, or holds nothing.
    case noInput = 66
    /// A coordinator, a port or a download is not to be had.
    case unavailable = 69
    /// The program is at fault.
    case fault = 70
    /// Another process has the job store.
    case inUse = 73
    /// Reading or writing failed in the middle.
    case inputOutput = 74
    /// The disk is full; later it may not be.
    case notNow = 75
    /// The other side speaks another version of the protocol.
    case otherProtocol = 76
    /// A token or a file's permissions do not allow it.
    case notPermitted = 77
    /// Ctrl-C.
    case interrupted = 130
    /// SIGTERM.
    case terminated = 143
}

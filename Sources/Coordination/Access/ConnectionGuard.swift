import NIOCore
import PipelineCore
import Synchronization

/// How many connections there may be, and how long one may say nothing.
struct ConnectionLimits: Sendable, Hashable {
    /// From one address of another machine.
    ///
    /// Whoever shares an address, as behind a proxy on another machine, shares them.
    var perAddress = 128
    /// How long the first request's head may take after the connection was made, TLS included.
    var firstHead = Duration.seconds(15)
    /// How long a connection may be silent, between requests and within one.
    var silence = Duration.seconds(30)
    /// Whether connections from this machine itself are counted: it may hold a proxy, and whoever
    /// runs programs on it has shorter ways to stop a coordinator.
    var countsLoopback = false
}

/// Who is connected from where.
final class ConnectionRegister: Sendable {
    private let limits: ConnectionLimits
    private let counts = Mutex<[String: Int]>([:])

    init(_ limits: ConnectionLimits) { self.limits = limits }

    /// Counts a connection; false when the address has too many.
    func enter(_ address: String) -> Bool {
        guard isCounted(address) else { return true }
        return counts.withLock { counts in
            guard counts[address, default: 0] < limits.perAddress else { return false }
            counts[address, default: 0] += 1
            return true
        }
    }

    /// Forgets a connection that was counted.
    func leave(_ address: String) {
        guard isCounted(address) else { return }
        counts.withLock { counts in
            let left = counts[address, default: 1] - 1
            counts[address] = left > 0 ? left : nil
        }
    }

    private func isCounted(_ address: String) -> Bool {
        limits.countsLoopback || !CoordinatorSettings.isLoopback(address)
    }
}

/// Closes a connection that its address has too many of, or whose first request does not come.
///
/// It stands behind the HTTP decoder: what reaches it first is a request's head. The server's own
/// timeouts see to later requests, and the routes' deadlines to bodies.
final class ConnectionGuard: ChannelInboundHandler, RemovableChannelHandler {
    /// Nothing is looked into.
    typealias InboundIn = Any

    private let register: ConnectionRegister
    private let metrics: CoordinatorMetrics
    private let firstHead: TimeAmount
    private var address: String?
    private var deadline: Scheduled<Void>?

    init(_ register: ConnectionRegister, _ limits: ConnectionLimits, _ metrics: CoordinatorMetrics)
    {
        self.register = register
        self.metrics = metrics
        firstHead = TimeAmount(limits.firstHead)
    }

    func handlerAdded(context: ChannelHandlerContext) {
        if context.channel.isActive { begin(context) }
    }

    func channelActive(context: ChannelHandlerContext) {
        begin(context)
        context.fireChannelActive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        deadline?.cancel()
        deadline = nil
        context.fireChannelRead(data)
    }

    func channelInactive(context: ChannelHandlerContext) {
        end()
        context.fireChannelInactive()
    }

    func handlerRemoved(context: ChannelHandlerContext) { end() }

    private func begin(_ context: ChannelHandlerContext) {
        guard address == nil else { return }
        let peer = context.channel.peerAddress
        guard register.enter(peer) else {
            metrics.refused(.connections)
            return context.close(promise: nil)
        }
        address = peer
        let (channel, metrics) = (context.channel, metrics)
        deadline = context.eventLoop.scheduleTask(in: firstHead) {
            metrics.refused(.silence)
            channel.close(promise: nil)
        }
    }

    private func end() {
        deadline?.cancel()
        deadline = nil
        if let address { register.leave(address) }
        address = nil
    }
}

extension Channel {
    /// The other side's IP address, without its port.
    var peerAddress: String { remoteAddress?.ipAddress ?? "unknown" }
}

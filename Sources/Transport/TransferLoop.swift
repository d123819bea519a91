import CCurl
import Foundation
import Synchronization

/// A thread that carries out the transfers of one client, any number at a time.
///
/// Connections stay open between transfers. libcurl's multi handle belongs to the thread alone;
/// all that others may do with it is to wake it.
final class TransferLoop: @unchecked Sendable {
    private struct Orders {
        var arrivals: [Transfer] = []
        var isClosed = false
    }

    private static let isReady = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK

    private let multi: UnsafeMutableRawPointer?
    private let settings: TransferSettings
    private let orders = Mutex(Orders())
    private var active: [UnsafeMutableRawPointer: Transfer] = [:]

    /// Starts the thread.
    init(_ settings: TransferSettings) {
        multi = Self.isReady ? curl_multi_init() : nil
        self.settings = settings
        if settings.network != nil {
            // Foreign servers are not to be flooded, whatever a dataset says.
            curl_multi_set_long(multi, CURLMOPT_MAX_HOST_CONNECTIONS, 8)
        }
        let thread = Thread { self.run() }
        thread.name = "http"
        thread.start()
    }

    /// Begins `transfer` as soon as the thread is free to.
    func submit(_ transfer: Transfer) {
        orders.withLock { $0.arrivals.append(transfer) }
        wake()
    }

    /// Lets the thread see what was asked of a transfer.
    func wake() { curl_multi_wakeup(multi) }

    /// Ends the thread; no transfer may be under way.
    func close() {
        // Under the lock, because the thread that sees the order frees the handle.
        orders.withLock { orders in
            orders.isClosed = true
            wake()
        }
    }

    private func run() {
        let minute: CInt = 60_000  // libcurl wakes by itself for its own timeouts
        while true {
            let (arrivals, isClosed) = orders.withLock { orders in
                defer { orders.arrivals = [] }
                return (orders.arrivals, orders.isClosed)
            }
            for transfer in arrivals { begin(transfer) }
            heedWishes()
            var running: CInt = 0
            curl_multi_perform(multi, &running)
            endFinished()
            if isClosed && active.isEmpty { break }
            curl_multi_poll(multi, nil, 0, minute, nil)
        }
        curl_multi_cleanup(multi)
    }

    private func begin(_ transfer: Transfer) {
        do throws(HTTPError) {
            let easy = try transfer.open(settings)
            guard curl_multi_add_handle(multi, easy) == CURLM_OK else {
                throw .unusable("libcurl refused the transfer")
            }
            active[easy] = transfer
        } catch {
            transfer.end(.failure(error))
        }
    }

    private func heedWishes() {
        for (easy, transfer) in active {
            if transfer.wishes.isCancelled {
                curl_multi_remove_handle(multi, easy)
                active[easy] = nil
                transfer.end(.failure(.cancelled))
            } else if transfer.wishes.takeResume() {
                curl_easy_pause(easy, CURLPAUSE_CONT)
            }
        }
    }

    private func endFinished() {
        var waiting: CInt = 0
        while let message = curl_multi_info_read(multi, &waiting) {
            guard message.pointee.msg == CURLMSG_DONE, let easy = message.pointee.easy_handle else {
                continue
            }
            // The message dies with the handle's removal, so its result is taken first.
            let result = curl_message_result(message)
            curl_multi_remove_handle(multi, easy)
            active.removeValue(forKey: easy)?.close(result)
        }
    }
}

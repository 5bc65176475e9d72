package io.sluice.stream;

/// `worker_connections`: the sockets a worker may have, counted as nginx counts them. Confined to its worker's event loop.
///
/// Each side of a session counts one. nginx counts its listening sockets and its channel to the master too.
public final class ConnectionBudget {

    private int limit;

    private int used;

    /// A budget of `limit` sockets.
    public ConnectionBudget(int limit) {
        this.limit = limit;
    }

    /// The most sockets at a time.
    public int limit() {
        return limit;
    }

    /// Changes the limit, at a reload; what exceeds it stays.
    public void limit(int newLimit) {
        limit = newLimit;
    }

    /// Sockets in use.
    public int used() {
        return used;
    }

    /// Whether there is room for so many more.
    public boolean has(int sockets) {
        return used + sockets <= limit;
    }

    /// Takes one; false when there is none left.
    public boolean take() {
        if (used >= limit) {
            return false;
        }
        used++;
        return true;
    }

    /// Takes some that cannot be refused (listening sockets), or gives back with a negative number.
    public void count(int sockets) {
        used += sockets;
    }

    /// Gives one back.
    public void giveBack() {
        used--;
    }
}

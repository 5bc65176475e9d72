package io.sluice.bench.load;

/// The exchanges that one connection has under way, which end in the order in which they began. Confined to the load loop.
final class Outstanding {

    private final long[] intendedNanos;

    private final long[] sentNanos;

    private int first;

    private int count;

    Outstanding(int most) {
        this.intendedNanos = new long[most];
        this.sentNanos = new long[most];
    }

    int most() {
        return sentNanos.length;
    }

    void add(long intended, long sent) {
        int place = (first + count) % sentNanos.length;
        intendedNanos[place] = intended;
        sentNanos[place] = sent;
        count++;
    }

    /// The one that began first has ended.
    void complete(Pace pace, long nowNanos) {
        int place = first;
        first = (first + 1) % sentNanos.length;
        count--;
        pace.completed(intendedNanos[place], sentNanos[place], nowNanos);
    }
}

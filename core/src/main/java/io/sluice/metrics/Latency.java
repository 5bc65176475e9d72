package io.sluice.metrics;

/// The durations a worker records, in nanoseconds. Immutable.
public enum Latency {
    CONNECT("From the start of the connect that succeeded to the connected socket."),
    FIRST_BYTE("From the start of the connect that succeeded to the first byte from upstream."),
    SESSION("From accept to the end of the session.");

    private final String sentence;

    Latency(String sentence) {
        this.sentence = sentence;
    }

    /// What it means, for documentation and metrics pages.
    public String sentence() {
        return sentence;
    }
}

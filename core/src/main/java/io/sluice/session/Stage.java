package io.sluice.session;

/// Where a session is. Immutable.
///
///     ACCEPTED -> READING_PROXY_HEADER -> HANDSHAKING -> PREREADING -> RESOLVING -> SELECTING -> CONNECTING
///     CONNECTING -> SELECTING (next peer), RELAYING -> HALF_CLOSED -> CLOSED; and any stage -> CLOSED
///
/// The words complete nginx's sentence "while ...".
public enum Stage {
    ACCEPTED("accepting a session"),
    READING_PROXY_HEADER("reading PROXY protocol"),
    HANDSHAKING("SSL handshaking"),
    PREREADING("prereading"),
    RESOLVING("resolving the name of an upstream"),
    SELECTING("selecting an upstream"),
    CONNECTING("connecting to upstream"),
    RELAYING("proxying connection"),
    HALF_CLOSED("proxying connection, one direction has ended"),
    CLOSED("closed");

    private final String activity;

    Stage(String activity) {
        this.activity = activity;
    }

    /// What the session is doing, to follow "while" in a log line.
    public String activity() {
        return activity;
    }
}

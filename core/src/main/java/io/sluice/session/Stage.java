package io.sluice.session;

/// Where a session is. Immutable.
///
///     ACCEPTED -> HANDSHAKING -> PREREADING -> RESOLVING -> SELECTING -> CONNECTING -> RELAYING -> HALF_CLOSED -> CLOSED
///                                                               ^            |
///                                                               +- next peer +        any stage -> CLOSED
///
/// The words complete nginx's sentence "while ...".
public enum Stage {
    ACCEPTED("accepting a session"),
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

package io.sluice.tls;

/// How the handshake of an accepted connection ended; a user event of its pipeline, exactly one for each [DownstreamTls]
/// unless the client leaves before it has said anything. Immutable.
public sealed interface TlsEvent {

    /// The handshake is done; decrypted bytes follow as reads.
    record Established(TlsDetails details) implements TlsEvent {}

    /// The client does not speak TLS. The handler is gone, and what the client sent follows as reads: nginx answers such a
    /// request with 400, status 497.
    record PlainText() implements TlsEvent {}

    /// `ssl_reject_handshake`, or no server for the name: an alert was sent, and the connection is being closed.
    ///
    /// @param serverName by SNI, in lower case; empty when there was none
    record Rejected(String serverName) implements TlsEvent {}

    /// The handshake failed or took too long; the connection is being closed.
    ///
    /// @param reason one line for the error log
    record Failed(Throwable cause, String reason) implements TlsEvent {}
}

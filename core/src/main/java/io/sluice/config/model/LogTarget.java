package io.sluice.config.model;

/// Where log lines go. Immutable.
public sealed interface LogTarget {

    /// A file; for access logs its name may contain variables.
    record File(TemplateConfig path) implements LogTarget {}

    /// Standard error.
    record StandardError() implements LogTarget {}

    /// A syslog server, RFC 3164 lines by UDP or a unix datagram socket.
    ///
    /// @param facility nginx's word, `local7` by default
    /// @param severity nginx's word, used for access logs only
    /// @param tag `nginx` by default
    /// @param hostname false: leave the host name out of the line
    record Syslog(Endpoint server, String facility, String severity, String tag, boolean hostname)
            implements LogTarget {}
}

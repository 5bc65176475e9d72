package io.sluice.session;

import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/// Every variable of the http module that has a name of its own: a row each; [FieldVariable] has the families. Immutable.
///
/// A constant's name is the variable's name in capitals.
public enum HttpVariable implements Variable {

    ARGS(Group.REQUEST, "The arguments of the request line; `set` may change them."),
    BINARY_REMOTE_ADDR(Group.CONNECTION, "The client's address in binary form: 4 bytes for IPv4, 16 for IPv6."),
    BODY_BYTES_SENT(Group.RESPONSE, "Bytes sent to the client without the response's head."),
    BYTES_SENT(Group.RESPONSE, "Bytes sent to the client."),
    CONNECTION(Group.CONNECTION, "The connection's number."),
    CONNECTION_REQUESTS(Group.CONNECTION, "How many requests the connection has made so far."),
    CONNECTION_TIME(Group.CONNECTION, "Seconds since the connection was accepted, with milliseconds."),
    CONTENT_LENGTH(Group.REQUEST, "The request's `Content-Length`."),
    CONTENT_TYPE(Group.REQUEST, "The request's `Content-Type`."),
    DOCUMENT_ROOT(Group.FILES, "The value of `root` or `alias`."),
    DOCUMENT_URI(Group.REQUEST, "As `$uri`."),
    HOST(Group.REQUEST, "The host of the request line, else of `Host`, else the server's first name; in lower case."),
    HOSTNAME(Group.PROCESS, "The host's name."),
    HTTPS(Group.CONNECTION, "`on` when the connection is TLS, empty otherwise."),
    IS_ARGS(Group.REQUEST, "`?` when there are arguments, empty otherwise."),
    IS_REQUEST_PORT(Group.REQUEST, "`:` when `$request_port` is not empty, empty otherwise."),
    LIMIT_RATE(Group.RESPONSE, "The limit in bytes a second; `set` may change it."),
    LIMIT_CONN_STATUS(Group.LIMIT, "`PASSED`, `REJECTED` or `REJECTED_DRY_RUN`."),
    LIMIT_REQ_STATUS(Group.LIMIT, "`PASSED`, `DELAYED`, `REJECTED`, `DELAYED_DRY_RUN` or `REJECTED_DRY_RUN`."),
    MSEC(Group.PROCESS, "The time as seconds since 1970, with milliseconds."),
    NGINX_VERSION(Group.PROCESS, "The nginx version whose language is spoken."),
    PID(Group.PROCESS, "The process id."),
    PIPE(Group.REQUEST, "`p` when the request was pipelined, `.` otherwise."),
    PROXY_ADD_X_FORWARDED_FOR(Group.PROXY, "The request's `X-Forwarded-For` with the client's address appended."),
    PROXY_HOST(Group.PROXY, "Host and port of the URL of `proxy_pass`."),
    PROXY_PORT(Group.PROXY, "Port of the URL of `proxy_pass`, or the protocol's own."),
    PROXY_PROTOCOL_ADDR(Group.PROXY_PROTOCOL, "The source address of the PROXY protocol header."),
    PROXY_PROTOCOL_PORT(Group.PROXY_PROTOCOL, "The source port of the PROXY protocol header."),
    PROXY_PROTOCOL_SERVER_ADDR(Group.PROXY_PROTOCOL, "The destination address of the PROXY protocol header."),
    PROXY_PROTOCOL_SERVER_PORT(Group.PROXY_PROTOCOL, "The destination port of the PROXY protocol header."),
    QUERY_STRING(Group.REQUEST, "As `$args`."),
    REALIP_REMOTE_ADDR(Group.CONNECTION, "The client's address before `set_real_ip_from` replaced it."),
    REALIP_REMOTE_PORT(Group.CONNECTION, "The client's port before `set_real_ip_from` replaced it."),
    REALPATH_ROOT(Group.FILES, "`$document_root` with symbolic links resolved."),
    REMOTE_ADDR(Group.CONNECTION, "The client's address, or `unix:`."),
    REMOTE_PORT(Group.CONNECTION, "The client's port."),
    REMOTE_USER(Group.REQUEST, "The user name of Basic authentication."),
    REQUEST(Group.REQUEST, "The request line as sent."),
    REQUEST_BODY(Group.REQUEST, "The request's body, when it was read into memory."),
    REQUEST_COMPLETION(Group.REQUEST, "`OK` when the request was answered in full, empty otherwise."),
    REQUEST_FILENAME(Group.FILES, "The path of the file that the URI means."),
    REQUEST_ID(Group.REQUEST, "16 random bytes in hexadecimal, the same throughout the request."),
    REQUEST_LENGTH(Group.REQUEST, "Bytes of the request: line, fields and body."),
    REQUEST_METHOD(Group.REQUEST, "The method."),
    REQUEST_PORT(Group.REQUEST, "The port of the request line, else of `Host`."),
    REQUEST_TIME(Group.REQUEST, "Seconds since the first byte of the request, with milliseconds."),
    REQUEST_URI(Group.REQUEST, "The URI as sent, with arguments."),
    SCHEME(Group.REQUEST, "`http` or `https`."),
    SERVER_ADDR(Group.CONNECTION, "The local address that accepted the connection."),
    SERVER_NAME(Group.REQUEST, "The first name of the server that took the request."),
    SERVER_PORT(Group.CONNECTION, "The local port that accepted the connection."),
    SERVER_PROTOCOL(Group.REQUEST, "`HTTP/1.0` or `HTTP/1.1`."),
    STATUS(Group.RESPONSE, "The response's status, in three digits."),
    TCPINFO_RTT(Group.CONNECTION, "The kernel's estimate of the round trip, in microseconds."),
    TCPINFO_RTTVAR(Group.CONNECTION, "How much the round trip varies, in microseconds."),
    TCPINFO_SND_CWND(Group.CONNECTION, "The congestion window, in segments."),
    TCPINFO_RCV_SPACE(Group.CONNECTION, "The room for received data, in bytes."),
    TIME_ISO8601(Group.PROCESS, "The local time in ISO 8601."),
    TIME_LOCAL(Group.PROCESS, "The local time in the Common Log Format."),
    URI(Group.REQUEST, "The normalised URI, as rewritten so far."),

    UPSTREAM_ADDR(Group.UPSTREAM, "The addresses of the peers that were tried."),
    UPSTREAM_BYTES_RECEIVED(Group.UPSTREAM, "Bytes received from each peer that was tried."),
    UPSTREAM_BYTES_SENT(Group.UPSTREAM, "Bytes sent to each peer that was tried."),
    UPSTREAM_CONNECT_TIME(Group.UPSTREAM, "Seconds it took to connect to each peer that was tried."),
    UPSTREAM_HEADER_TIME(Group.UPSTREAM, "Seconds until the head of each peer's response was there."),
    UPSTREAM_LAST_SERVER_NAME(Group.UPSTREAM, "The name of the peer that was tried last, as configured."),
    UPSTREAM_RESPONSE_LENGTH(Group.UPSTREAM, "Bytes of each peer's response without its head."),
    UPSTREAM_RESPONSE_TIME(Group.UPSTREAM, "Seconds until each peer's response was there in full."),
    UPSTREAM_STATUS(Group.UPSTREAM, "The status of each peer's response."),

    SESSION_OUTCOME(Group.SLUICE, "Why the request ended, in one word."),

    SSL_PROTOCOL(Group.SSL, "The protocol of the TLS connection."),
    SSL_CIPHER(Group.SSL, "The cipher of the TLS connection."),
    SSL_CIPHERS(Group.SSL, "The ciphers that the client supports."),
    SSL_CURVE(Group.SSL, "The curve negotiated for the key exchange."),
    SSL_CURVES(Group.SSL, "The curves that the client supports."),
    SSL_SIGALG(Group.SSL_UNKNOWN, "The signature algorithm of the server's certificate in the handshake."),
    SSL_SESSION_ID(Group.SSL, "The TLS session id."),
    SSL_SESSION_REUSED(Group.SSL, "`r` when the TLS session was resumed, `.` otherwise."),
    SSL_SERVER_NAME(Group.SSL, "The server name requested by SNI."),
    SSL_ALPN_PROTOCOL(Group.SSL, "The protocol selected by ALPN."),
    SSL_EARLY_DATA(Group.SSL, "`1` when early data is used, empty otherwise."),
    SSL_CLIENT_CERT(Group.SSL, "The client certificate in PEM, every line but the first indented by a tab."),
    SSL_CLIENT_RAW_CERT(Group.SSL, "The client certificate in PEM."),
    SSL_CLIENT_ESCAPED_CERT(Group.SSL, "The client certificate in PEM, percent-encoded."),
    SSL_CLIENT_S_DN(Group.SSL, "The subject of the client certificate, as RFC 2253."),
    SSL_CLIENT_I_DN(Group.SSL, "The issuer of the client certificate, as RFC 2253."),
    SSL_CLIENT_SERIAL(Group.SSL, "The serial number of the client certificate."),
    SSL_CLIENT_FINGERPRINT(Group.SSL, "The SHA-1 fingerprint of the client certificate."),
    SSL_CLIENT_VERIFY(Group.SSL, "`SUCCESS`, `FAILED:` and the reason, or `NONE`."),
    SSL_CLIENT_V_START(Group.SSL, "The start date of the client certificate."),
    SSL_CLIENT_V_END(Group.SSL, "The end date of the client certificate."),
    SSL_CLIENT_V_REMAIN(Group.SSL, "The days until the client certificate expires.");

    /// What a variable speaks of. Immutable.
    public enum Group {
        CONNECTION("connection", true),
        REQUEST("request", true),
        RESPONSE("response", true),
        FILES("files", true),
        PROXY("proxy", true),
        UPSTREAM("upstream", true),
        LIMIT("limits", true),
        PROCESS("process", true),
        SLUICE("Sluice's own", true),
        SSL("ssl", true),
        SSL_UNKNOWN("ssl, not told by the TLS library", false),
        PROXY_PROTOCOL("PROXY protocol", true);

        private final String label;

        private final boolean available;

        Group(String label, boolean available) {
            this.label = label;
            this.available = available;
        }

        /// The group's heading in the documentation.
        public String label() {
            return label;
        }
    }

    private static final Map<String, HttpVariable> BY_NAME =
            Arrays.stream(values()).collect(Collectors.toUnmodifiableMap(HttpVariable::variableName, v -> v));

    private final Group group;

    private final String sentence;

    private final String variableName = name().toLowerCase(Locale.ROOT);

    HttpVariable(Group group, String sentence) {
        this.group = group;
        this.sentence = sentence;
    }

    /// The variable called `name` (no dollar sign), a family's included, compared without regard to case as nginx does.
    public static Optional<Variable> byName(String name) {
        HttpVariable own = BY_NAME.get(name.toLowerCase(Locale.ROOT));
        return own != null ? Optional.of(own) : FieldVariable.byName(name).map(v -> v);
    }

    @Override
    public String variableName() {
        return variableName;
    }

    /// What it speaks of.
    public Group group() {
        return group;
    }

    @Override
    public String sentence() {
        return sentence;
    }

    @Override
    public boolean available() {
        return group.available;
    }
}

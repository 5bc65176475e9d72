package io.sluice.session;

import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/// Every variable of the stream module: a row each. Immutable.
///
/// The binder rejects names that are not here and not defined by the configuration, `io.sluice.variable` reads the
/// values, and docs/directives.md lists them. A constant's name is the variable's name in capitals.
public enum StreamVariable implements Variable {

    BINARY_REMOTE_ADDR(Group.CORE, "The downstream address in binary form: 4 bytes for IPv4, 16 for IPv6."),
    REMOTE_ADDR(Group.CORE, "The downstream address, or `unix:`."),
    REMOTE_PORT(Group.CORE, "The downstream port."),
    SERVER_ADDR(Group.CORE, "The local address that accepted the session."),
    SERVER_PORT(Group.CORE, "The local port that accepted the session."),
    SERVER_NAME(Group.CORE, "The first `server_name` of the server that took the session."),
    PROTOCOL(Group.CORE, "`TCP` or `UDP`."),
    BYTES_SENT(Group.CORE, "Bytes sent downstream."),
    BYTES_RECEIVED(Group.CORE, "Bytes received from downstream."),
    SESSION_TIME(Group.CORE, "Seconds since the session was accepted, with milliseconds."),
    STATUS(Group.CORE, "How the session ended, in three digits: 200, 400, 403, 500, 502 or 503."),
    CONNECTION(Group.CORE, "The session's number."),
    NGINX_VERSION(Group.CORE, "The nginx version whose language is spoken."),
    HOSTNAME(Group.CORE, "The host's name."),
    PID(Group.CORE, "The process id."),
    MSEC(Group.CORE, "The time as seconds since 1970, with milliseconds."),
    TIME_ISO8601(Group.CORE, "The local time in ISO 8601."),
    TIME_LOCAL(Group.CORE, "The local time in the Common Log Format."),

    UPSTREAM_ADDR(Group.UPSTREAM, "The addresses of the peers that were tried, separated by commas."),
    UPSTREAM_BYTES_SENT(Group.UPSTREAM, "Bytes sent to each peer that was tried."),
    UPSTREAM_BYTES_RECEIVED(Group.UPSTREAM, "Bytes received from each peer that was tried."),
    UPSTREAM_CONNECT_TIME(Group.UPSTREAM, "Seconds it took to connect to each peer that was tried."),
    UPSTREAM_FIRST_BYTE_TIME(Group.UPSTREAM, "Seconds until the first byte came from each peer that was tried."),
    UPSTREAM_SESSION_TIME(Group.UPSTREAM, "Seconds that the session with each peer took."),

    LIMIT_CONN_STATUS(Group.LIMIT, "`PASSED`, `REJECTED` or `REJECTED_DRY_RUN`."),

    SESSION_OUTCOME(Group.SLUICE, "Why the session ended, in one word."),

    PROXY_PROTOCOL_ADDR(Group.PROXY_PROTOCOL, "The source address of the PROXY protocol header."),
    PROXY_PROTOCOL_PORT(Group.PROXY_PROTOCOL, "The source port of the PROXY protocol header."),
    PROXY_PROTOCOL_SERVER_ADDR(Group.PROXY_PROTOCOL, "The destination address of the PROXY protocol header."),
    PROXY_PROTOCOL_SERVER_PORT(Group.PROXY_PROTOCOL, "The destination port of the PROXY protocol header."),

    REALIP_REMOTE_ADDR(Group.REALIP, "The downstream address before `set_real_ip_from` replaced it."),
    REALIP_REMOTE_PORT(Group.REALIP, "The downstream port before `set_real_ip_from` replaced it."),

    SSL_PREREAD_PROTOCOL(Group.PREREAD, "The highest TLS version that the ClientHello offers."),
    SSL_PREREAD_SERVER_NAME(Group.PREREAD, "The server name of the ClientHello."),
    SSL_PREREAD_ALPN_PROTOCOLS(
            Group.PREREAD, "The protocols that the ClientHello offers by ALPN, separated by commas."),

    SSL_PROTOCOL(Group.SSL, "The protocol of the TLS connection."),
    SSL_CIPHER(Group.SSL, "The cipher of the TLS connection."),
    SSL_CIPHERS(Group.SSL, "The ciphers that the client supports."),
    SSL_CURVE(Group.SSL, "The curve negotiated for the key exchange."),
    SSL_CURVES(Group.SSL, "The curves that the client supports."),
    SSL_SIGALG(Group.SSL_UNKNOWN, "The signature algorithm of the server's certificate in the handshake."),
    SSL_SIGALGS(Group.SSL_UNKNOWN, "The signature algorithms that the client supports."),
    SSL_SESSION_ID(Group.SSL, "The TLS session id."),
    SSL_SESSION_REUSED(Group.SSL, "`r` when the TLS session was resumed, `.` otherwise."),
    SSL_SERVER_NAME(Group.SSL, "The server name requested by SNI."),
    SSL_ALPN_PROTOCOL(Group.SSL, "The protocol selected by ALPN."),
    SSL_ECH_STATUS(Group.SSL_UNKNOWN, "The outcome of Encrypted Client Hello."),
    SSL_ECH_OUTER_SERVER_NAME(Group.SSL_UNKNOWN, "The public server name of Encrypted Client Hello."),
    SSL_CLIENT_CERT(Group.SSL, "The client certificate in PEM, every line but the first indented by a tab."),
    SSL_CLIENT_RAW_CERT(Group.SSL, "The client certificate in PEM."),
    SSL_CLIENT_ESCAPED_CERT(Group.SSL, "The client certificate in PEM, percent-encoded."),
    SSL_CLIENT_S_DN(Group.SSL, "The subject of the client certificate."),
    SSL_CLIENT_I_DN(Group.SSL, "The issuer of the client certificate."),
    SSL_CLIENT_SERIAL(Group.SSL, "The serial number of the client certificate."),
    SSL_CLIENT_FINGERPRINT(Group.SSL, "The SHA-1 fingerprint of the client certificate."),
    SSL_CLIENT_VERIFY(Group.SSL, "`SUCCESS`, `FAILED:` and the reason, or `NONE`."),
    SSL_CLIENT_V_START(Group.SSL, "The start date of the client certificate."),
    SSL_CLIENT_V_END(Group.SSL, "The end date of the client certificate."),
    SSL_CLIENT_V_REMAIN(Group.SSL, "The days until the client certificate expires."),
    SSL_CLIENT_SIGALG(Group.SSL_UNKNOWN, "The signature algorithm of the client's certificate in the handshake."),

    GEOIP_COUNTRY_CODE(Group.GEOIP, "The two-letter country code."),
    GEOIP_COUNTRY_CODE3(Group.GEOIP, "The three-letter country code."),
    GEOIP_COUNTRY_NAME(Group.GEOIP, "The country's name."),
    GEOIP_ORG(Group.GEOIP, "The organization."),
    GEOIP_CITY_CONTINENT_CODE(Group.GEOIP, "The two-letter continent code of the city database."),
    GEOIP_CITY_COUNTRY_CODE(Group.GEOIP, "The two-letter country code of the city database."),
    GEOIP_CITY_COUNTRY_CODE3(Group.GEOIP, "The three-letter country code of the city database."),
    GEOIP_CITY_COUNTRY_NAME(Group.GEOIP, "The country's name in the city database."),
    GEOIP_CITY(Group.GEOIP, "The city's name."),
    GEOIP_REGION(Group.GEOIP, "The two-character region code."),
    GEOIP_REGION_NAME(Group.GEOIP, "The region's name."),
    GEOIP_POSTAL_CODE(Group.GEOIP, "The postal code."),
    GEOIP_LATITUDE(Group.GEOIP, "The latitude."),
    GEOIP_LONGITUDE(Group.GEOIP, "The longitude."),
    GEOIP_DMA_CODE(Group.GEOIP, "The DMA region code in the United States."),
    GEOIP_AREA_CODE(Group.GEOIP, "The telephone area code in the United States.");

    /// What a variable speaks of, and thereby what has to be built for it to have a value. Immutable.
    public enum Group {
        CORE("session", true),
        UPSTREAM("upstream", true),
        LIMIT("limit_conn", true),
        SLUICE("Sluice's own", true),
        PROXY_PROTOCOL("PROXY protocol", true),
        REALIP("realip", true),
        PREREAD("ssl_preread", false),
        SSL("ssl", true),
        SSL_UNKNOWN("ssl, not told by the TLS library", false),
        GEOIP("geoip", false);

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

        /// Whether the variables of the group have values yet.
        public boolean available() {
            return available;
        }
    }

    /// Begins the name of a variable that stands for one TLV of a PROXY protocol header.
    public static final String PROXY_PROTOCOL_TLV_PREFIX = "proxy_protocol_tlv_";

    private static final Map<String, StreamVariable> BY_NAME =
            Arrays.stream(values()).collect(Collectors.toUnmodifiableMap(StreamVariable::variableName, v -> v));

    private final Group group;

    private final String sentence;

    private final String variableName = name().toLowerCase(Locale.ROOT);

    StreamVariable(Group group, String sentence) {
        this.group = group;
        this.sentence = sentence;
    }

    /// The variable called `name` (no dollar sign), compared without regard to case as nginx does.
    public static Optional<StreamVariable> byName(String name) {
        return Optional.ofNullable(BY_NAME.get(name.toLowerCase(Locale.ROOT)));
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
        return group.available();
    }
}

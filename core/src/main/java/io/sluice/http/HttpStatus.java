package io.sluice.http;

/// The statuses that the proxy itself answers with, nginx's own among them. Immutable.
final class HttpStatus {

    static final int OK = 200;

    static final int SWITCHING_PROTOCOLS = 101;

    static final int MOVED_PERMANENTLY = 301;

    static final int NOT_MODIFIED = 304;

    static final int BAD_REQUEST = 400;

    static final int FORBIDDEN = 403;

    static final int NOT_FOUND = 404;

    static final int NOT_ALLOWED = 405;

    static final int REQUEST_TIME_OUT = 408;

    static final int LENGTH_REQUIRED = 411;

    static final int ENTITY_TOO_LARGE = 413;

    static final int URI_TOO_LONG = 414;

    static final int MISDIRECTED = 421;

    /// The connection is closed without an answer.
    static final int CLOSE = 444;

    /// Answered as 400.
    static final int HEADER_TOO_LARGE = 494;

    /// Answered as 400.
    static final int CERTIFICATE_ERROR = 495;

    /// Answered as 400.
    static final int NO_CERTIFICATE = 496;

    /// Answered as 400.
    static final int HTTP_TO_HTTPS = 497;

    /// Nobody is there to be answered.
    static final int CLIENT_CLOSED = 499;

    static final int INTERNAL = 500;

    static final int NOT_IMPLEMENTED = 501;

    static final int BAD_GATEWAY = 502;

    static final int UNAVAILABLE = 503;

    static final int GATEWAY_TIME_OUT = 504;

    static final int VERSION_NOT_SUPPORTED = 505;

    private HttpStatus() {}
}

package io.sluice.http;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.AsciiString;
import org.jspecify.annotations.Nullable;

/// A request's head as the client sent it. Immutable, but for Netty's headers, which nobody changes.
final class Request {

    /// `Content-Length` was not sent.
    static final long NO_LENGTH = -1;

    private static final String CHUNKED = "chunked";

    private final String method;

    private final String target;

    private final HttpVersion version;

    private final HttpHeaders headers;

    private final boolean chunked;

    private final long contentLength;

    Request(HttpRequest message) {
        this.method = message.method().name();
        this.target = message.uri();
        this.version = message.protocolVersion();
        this.headers = message.headers();
        this.chunked = headers.contains(HttpHeaderNames.TRANSFER_ENCODING);
        this.contentLength = contentLength(headers.get(HttpHeaderNames.CONTENT_LENGTH));
    }

    private static long contentLength(@Nullable String text) {
        if (text == null) {
            return NO_LENGTH;
        }
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException _) {
            return NO_LENGTH;
        }
    }

    /// What the head says that makes it unusable, as nginx answers it, or more strictly; 0: nothing.
    int fault() {
        if (version.majorVersion() != 1) {
            return version.majorVersion() > 1 ? HttpStatus.VERSION_NOT_SUPPORTED : HttpStatus.BAD_REQUEST;
        }
        if (!isMethod(method)) {
            return HttpStatus.BAD_REQUEST;
        }
        int hosts = headers.getAll(HttpHeaderNames.HOST).size();
        if (hosts > 1 || (hosts == 0 && isHttp11())) {
            return HttpStatus.BAD_REQUEST;
        }
        if (method.equals("CONNECT") || method.equals("TRACE")) {
            return HttpStatus.NOT_ALLOWED;
        }
        return framingFault();
    }

    /// How long a body is must be said once, and in one way: two readers that disagree are how requests are smuggled (RFC
    /// 9112, 6.3 and 11.2).
    private int framingFault() {
        String length = headers.get(HttpHeaderNames.CONTENT_LENGTH);
        if (length == null && headers.contains("sec-websocket-key1") && headers.contains("sec-websocket-key2")) {
            // A draft of WebSocket had eight bytes follow that nobody announced, and Netty's decoder knows of it.
            return HttpStatus.BAD_REQUEST;
        }
        if (length != null && !isNumber(length)) {
            return HttpStatus.BAD_REQUEST;
        }
        if (!chunked) {
            return 0;
        }
        if (length != null || !isHttp11()) {
            return HttpStatus.BAD_REQUEST;
        }
        var codings = headers.getAll(HttpHeaderNames.TRANSFER_ENCODING);
        return codings.size() == 1 && AsciiString.contentEqualsIgnoreCase(codings.getFirst(), CHUNKED)
                ? 0
                : HttpStatus.NOT_IMPLEMENTED;
    }

    private static boolean isNumber(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) < '0' || text.charAt(i) > '9') {
                return false;
            }
        }
        return !text.isEmpty() && text.length() < 19;
    }

    /// nginx's: capitals, underscores and hyphens.
    private static boolean isMethod(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if ((c < 'A' || c > 'Z') && c != '_' && c != '-') {
                return false;
            }
        }
        return !text.isEmpty();
    }

    String method() {
        return method;
    }

    /// The request target as sent.
    String target() {
        return target;
    }

    String protocol() {
        return isHttp11() ? "HTTP/1.1" : "HTTP/1.0";
    }

    boolean isHttp11() {
        return version.minorVersion() >= 1;
    }

    HttpHeaders headers() {
        return headers;
    }

    /// The first field of a name.
    @Nullable String header(CharSequence name) {
        return headers.get(name);
    }

    boolean isHead() {
        return method.equals("HEAD");
    }

    boolean isGetOrHead() {
        return method.equals("GET") || isHead();
    }

    /// Whether doing it twice is as good as once (nginx's list).
    boolean isIdempotent() {
        return switch (method) {
            case "POST", "LOCK", "PATCH" -> false;
            default -> true;
        };
    }

    boolean hasBody() {
        return chunked || contentLength > 0;
    }

    boolean isChunked() {
        return chunked;
    }

    /// Bytes of the body, or [#NO_LENGTH].
    long contentLength() {
        return contentLength;
    }

    /// Whether the client goes on only after `100 Continue`.
    boolean expectsContinue() {
        String expect = isHttp11() ? headers.get(HttpHeaderNames.EXPECT) : null;
        return expect != null && AsciiString.contentEqualsIgnoreCase(expect, "100-continue");
    }

    /// Whether the client wants the connection to go on.
    boolean wantsKeepAlive() {
        String connection = headers.get(HttpHeaderNames.CONNECTION);
        if (connection == null) {
            return isHttp11();
        }
        if (AsciiString.containsIgnoreCase(connection, "close")) {
            return false;
        }
        return isHttp11() || AsciiString.containsIgnoreCase(connection, "keep-alive");
    }
}

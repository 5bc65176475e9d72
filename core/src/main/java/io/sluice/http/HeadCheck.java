package io.sluice.http;

import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import org.jspecify.annotations.Nullable;

import io.sluice.config.model.HttpServerConfig.ConnectionOptions;
import io.sluice.config.model.LogLevel;
import io.sluice.config.model.TlsServerConfig.ClientVerification;
import io.sluice.tls.TlsDetails;

/// What in a request's head, or in the connection it came by, keeps it from being served. Thread-safe: no state; used on the
/// worker. All answer with a status, 0 being nothing.
final class HeadCheck {

    private HeadCheck() {}

    /// What the decoder made of the head.
    ///
    /// @param undecodable null: it could be decoded
    static int decoded(Exchange exchange, @Nullable Throwable undecodable) {
        if (exchange.session().downstream().isPlainTextOnTls()) {
            return HttpStatus.HTTP_TO_HTTPS;
        }
        if (undecodable == null) {
            return 0;
        }
        Messages.log(exchange, LogLevel.INFO, () -> "client sent invalid request: " + undecodable.getMessage());
        return switch (undecodable) {
            case TooLongHttpLineException _ -> HttpStatus.URI_TOO_LONG;
            case TooLongHttpHeaderException _ -> HttpStatus.HEADER_TOO_LARGE;
            default -> HttpStatus.BAD_REQUEST;
        };
    }

    /// How many fields there are, and how long.
    static int fields(Exchange exchange, ConnectionOptions options) {
        int max = options.maxHeaders();
        if (max > 0 && exchange.request().headers().size() > max) {
            return HttpStatus.BAD_REQUEST;
        }
        long longest = options.largeHeaderBuffer().bytes();
        if (exchange.requestBytes() > longest) {
            for (var field : exchange.request().headers()) {
                if (field.getKey().length() + ": ".length() + field.getValue().length() > longest) {
                    return HttpStatus.HEADER_TOO_LARGE;
                }
            }
        }
        return 0;
    }

    /// What the handshake says: the client's certificate, and whether the server is the one that asked for it.
    static int handshake(Exchange exchange, HttpServer server) {
        TlsDetails tls = exchange.session().downstream().details();
        if (tls == null) {
            return 0;
        }
        if (server.tls() != tls.server() && tls.server().clientVerification() != ClientVerification.OFF) {
            Messages.log(exchange, LogLevel.INFO,
                    () -> "client attempted to request the server name different from the one that was negotiated");
            return HttpStatus.MISDIRECTED;
        }
        return switch (tls.admission()) {
            case ADMITTED -> 0;
            case BAD_CERTIFICATE -> HttpStatus.CERTIFICATE_ERROR;
            case NO_CERTIFICATE -> HttpStatus.NO_CERTIFICATE;
        };
    }

    /// Whether a field's name is made of letters, digits and hyphens, and underscores if those count.
    static boolean isUsualName(CharSequence name, boolean underscores) {
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            boolean usual = ((c | ' ') >= 'a' && (c | ' ') <= 'z') || (c >= '0' && c <= '9') || c == '-'
                    || (c == '_' && underscores);
            if (!usual) {
                return false;
            }
        }
        return true;
    }
}

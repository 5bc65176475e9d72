package io.sluice.http;

import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.function.Function;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import org.jspecify.annotations.Nullable;

import io.sluice.http.routing.RequestParameters;
import io.sluice.network.IpText.AddressAndPort;
import io.sluice.network.ProxyHeader;
import io.sluice.session.FieldVariable;
import io.sluice.session.HttpVariable;
import io.sluice.session.Outcome;
import io.sluice.session.Variable;
import io.sluice.tls.TlsDetails;
import io.sluice.variable.ByteText;
import io.sluice.variable.ProcessVariables;

/// The values of an exchange's variables. Thread-safe: no state; used on the worker.
final class ExchangeVariables {

    private ExchangeVariables() {}

    static @Nullable String value(Exchange exchange, Variable variable) {
        return switch (variable) {
            case HttpVariable named -> named(exchange, named);
            case FieldVariable field -> field(exchange, field);
            default -> throw new IllegalArgumentException("not a variable of http: " + variable.variableName());
        };
    }

    private static @Nullable String named(Exchange exchange, HttpVariable variable) {
        return switch (variable.group()) {
            case CONNECTION -> connection(exchange, variable);
            case REQUEST -> request(exchange, variable);
            case RESPONSE -> response(exchange, variable);
            case FILES -> files(exchange, variable);
            case PROXY -> proxy(exchange, variable);
            case UPSTREAM -> upstream(exchange, variable);
            case LIMIT -> present(
                    variable == HttpVariable.LIMIT_CONN_STATUS
                            ? exchange.route().admittance().connectionStatus()
                            : exchange.route().admittance().requestStatus());
            case PROCESS -> exchange.resources().processVariables().value(variable);
            case SLUICE -> outcome(exchange);
            case SSL -> {
                TlsDetails details = exchange.session().downstream().details();
                yield details == null ? null : details.value(variable);
            }
            case PROXY_PROTOCOL -> proxyProtocol(exchange.session().downstream().proxyHeader(), variable);
            case SSL_UNKNOWN -> null;
        };
    }

    private static @Nullable String outcome(Exchange exchange) {
        Outcome outcome = exchange.outcome();
        return outcome == null ? null : outcome.label();
    }

    private static @Nullable String present(String text) {
        return text.isEmpty() ? null : text;
    }

    private static @Nullable String connection(Exchange exchange, HttpVariable variable) {
        Downstream downstream = exchange.session().downstream();
        AddressAndPort real = exchange.route().admittance().realAddress();
        return switch (variable) {
            case REMOTE_ADDR -> exchange.remoteHost();
            case REMOTE_PORT -> real == null ? downstream.remotePort() : real.port() == 0 ? "" : "" + real.port();
            case BINARY_REMOTE_ADDR -> {
                byte[] address = exchange.clientAddress();
                yield address == null ? "unix:" : new String(address, java.nio.charset.StandardCharsets.ISO_8859_1);
            }
            case REALIP_REMOTE_ADDR -> downstream.remoteHost();
            case REALIP_REMOTE_PORT -> downstream.remotePort();
            case SERVER_ADDR -> downstream.localHost();
            case SERVER_PORT -> downstream.localPort();
            case CONNECTION -> Long.toString(exchange.number());
            case CONNECTION_REQUESTS -> Integer.toString(exchange.session().requests());
            case CONNECTION_TIME -> ProcessVariables.seconds(exchange.now() - downstream.acceptedNanos());
            case HTTPS -> downstream.isTls() ? "on" : "";
            default -> exchange.tcpInfo(variable);
        };
    }

    private static @Nullable String proxyProtocol(@Nullable ProxyHeader header, HttpVariable variable) {
        if (header == null) {
            return null;
        }
        return switch (variable) {
            case PROXY_PROTOCOL_ADDR -> header.source();
            case PROXY_PROTOCOL_PORT -> Integer.toString(header.sourcePort());
            case PROXY_PROTOCOL_SERVER_ADDR -> header.destination();
            case PROXY_PROTOCOL_SERVER_PORT -> Integer.toString(header.destinationPort());
            default -> null;
        };
    }

    private static @Nullable String request(Exchange exchange, HttpVariable variable) {
        Request request = exchange.request();
        return switch (variable) {
            case ARGS, QUERY_STRING -> present(exchange.target().args());
            case IS_ARGS -> exchange.target().isArgs();
            case URI, DOCUMENT_URI -> exchange.target().path();
            case REQUEST_URI -> exchange.target().raw();
            case REQUEST -> request.method() + " " + request.target() + " " + request.protocol();
            case REQUEST_METHOD -> exchange.method();
            case SERVER_PROTOCOL -> request.protocol();
            case SCHEME -> exchange.session().downstream().isTls() ? "https" : "http";
            case HOST -> exchange.route().host().isEmpty()
                    ? ByteText.of(exchange.server().name())
                    : exchange.route().host();
            case REQUEST_PORT -> exchange.route().port() == 0 ? "" : Integer.toString(exchange.route().port());
            case IS_REQUEST_PORT -> exchange.route().port() == 0 ? "" : ":";
            case SERVER_NAME -> ByteText.of(exchange.server().name());
            case CONTENT_LENGTH -> request.header(HttpHeaderNames.CONTENT_LENGTH);
            case CONTENT_TYPE -> request.header(HttpHeaderNames.CONTENT_TYPE);
            case REQUEST_ID -> exchange.requestId();
            case REQUEST_LENGTH -> Long.toString(exchange.requestBytes());
            case REQUEST_TIME -> ProcessVariables.seconds(exchange.now() - exchange.startNanos());
            case REQUEST_COMPLETION -> exchange.outcome() == Outcome.Plain.RETURNED ? "OK" : "";
            case PIPE -> exchange.session().isPipelined() ? "p" : ".";
            case REMOTE_USER -> remoteUser(request);
            default -> null;
        };
    }

    private static @Nullable String remoteUser(Request request) {
        String authorization = request.header(HttpHeaderNames.AUTHORIZATION);
        if (authorization == null || !authorization.regionMatches(true, 0, "Basic ", 0, 6)) {
            return null;
        }
        try {
            String decoded = new String(
                    Base64.getDecoder().decode(authorization.substring(6).strip()),
                    java.nio.charset.StandardCharsets.ISO_8859_1);
            int colon = decoded.indexOf(':');
            return colon <= 0 ? null : decoded.substring(0, colon);
        } catch (IllegalArgumentException _) {
            return null;
        }
    }

    private static @Nullable String response(Exchange exchange, HttpVariable variable) {
        ResponseWriter response = exchange.response();
        return switch (variable) {
            case STATUS -> {
                int status = response.status();
                yield status == 0 ? "000" : Integer.toString(status);
            }
            case BYTES_SENT -> Long.toString(response.sentBytes() + exchange.tunneledDown());
            case BODY_BYTES_SENT -> Long.toString(response.bodyBytes() + exchange.tunneledDown());
            case LIMIT_RATE -> Long.toString(exchange.settings().rate(exchange));
            default -> null;
        };
    }

    private static @Nullable String files(Exchange exchange, HttpVariable variable) {
        LocationSettings settings = exchange.settings();
        return switch (variable) {
            case DOCUMENT_ROOT -> settings.paths().documentRoot(exchange);
            case REALPATH_ROOT -> settings.paths().realRoot(exchange, exchange.session().worker().files());
            case REQUEST_FILENAME -> settings.paths().admits(exchange.route().fileRequest())
                    ? settings.paths().file(exchange.route().fileRequest(), exchange)
                    : null;
            default -> null;
        };
    }

    private static @Nullable String proxy(Exchange exchange, HttpVariable variable) {
        return switch (variable) {
            case PROXY_ADD_X_FORWARDED_FOR -> {
                List<String> present = exchange.request().headers().getAll("x-forwarded-for");
                String remote = exchange.remoteHost();
                yield present.isEmpty() ? remote : String.join(", ", present) + ", " + remote;
            }
            case PROXY_HOST -> exchange.proxyHost();
            case PROXY_PORT -> {
                String host = exchange.proxyHost();
                int colon = host == null ? -1 : host.lastIndexOf(':');
                yield host == null || colon < 0 || host.indexOf(']', colon) >= 0
                        ? (exchange.proxyTls() ? "443" : "80")
                        : host.substring(colon + 1);
            }
            default -> null;
        };
    }

    private static @Nullable String upstream(Exchange exchange, HttpVariable variable) {
        return switch (variable) {
            case UPSTREAM_ADDR -> attempts(exchange, attempt -> ByteText.of(attempt.address));
            case UPSTREAM_STATUS -> attempts(exchange, a -> a.status == 0 ? "-" : Integer.toString(a.status));
            case UPSTREAM_CONNECT_TIME -> attempts(exchange, attempt -> time(attempt.connectNanos));
            case UPSTREAM_HEADER_TIME -> attempts(exchange, attempt -> time(attempt.headerNanos));
            case UPSTREAM_RESPONSE_TIME -> attempts(exchange, attempt -> time(attempt.responseNanos));
            case UPSTREAM_RESPONSE_LENGTH -> attempts(exchange, attempt -> Long.toString(attempt.bodyBytes));
            case UPSTREAM_BYTES_RECEIVED ->
                attempts(exchange, attempt -> Long.toString(attempt.responseBytes));
            case UPSTREAM_BYTES_SENT -> attempts(exchange, attempt -> Long.toString(attempt.sentBytes));
            case UPSTREAM_LAST_SERVER_NAME -> {
                HttpAttempt attempt = exchange.attempt();
                yield attempt == null ? null : ByteText.of(attempt.serverName);
            }
            default -> null;
        };
    }

    /// Tries are separated by commas, those of an internal redirect by colons.
    private static @Nullable String attempts(Exchange exchange, Function<HttpAttempt, String> what) {
        List<HttpAttempt> tries = new ArrayList<>();
        for (HttpAttempt attempt = exchange.attempt(); attempt != null; attempt = attempt.before) {
            tries.addFirst(attempt);
        }
        if (tries.isEmpty()) {
            return null;
        }
        StringBuilder text = new StringBuilder();
        for (HttpAttempt attempt : tries) {
            if (!text.isEmpty()) {
                text.append(attempt.newGroup ? " : " : ", ");
            }
            text.append(what.apply(attempt));
        }
        return text.toString();
    }

    private static String time(long nanos) {
        return nanos == HttpAttempt.NEVER ? "-" : ProcessVariables.seconds(nanos);
    }

    // Families.

    private static @Nullable String field(Exchange exchange, FieldVariable variable) {
        return switch (variable.family()) {
            case HTTP -> joined(exchange.request().headers(), variable.key());
            case ARG -> RequestParameters.argument(exchange.target().args(), variable.key());
            case COOKIE -> first(
                    exchange.request().headers().getAll(HttpHeaderNames.COOKIE),
                    line -> RequestParameters.cookie(line, variable.key()));
            case SENT_HTTP -> sent(exchange, variable.key());
            case PROXY_PROTOCOL_TLV -> {
                ProxyHeader header = exchange.session().downstream().proxyHeader();
                yield header == null ? null : header.tlv(variable.key());
            }
            case UPSTREAM_HTTP -> {
                HttpHeaders fields = upstreamFields(exchange);
                yield fields == null ? null : joined(fields, variable.key());
            }
            case UPSTREAM_COOKIE -> {
                HttpHeaders fields = upstreamFields(exchange);
                yield fields == null
                        ? null
                        : first(
                                fields.getAll(HttpHeaderNames.SET_COOKIE),
                                line -> RequestParameters.setCookie(line, variable.key()));
            }
            case UPSTREAM_TRAILER -> {
                HttpAttempt attempt = exchange.attempt();
                HttpHeaders trailers = attempt == null ? null : attempt.trailers;
                yield trailers == null ? null : joined(trailers, variable.key());
            }
            case SENT_TRAILER -> named(exchange.response().trailers(), variable.key());
        };
    }

    /// Those of the response of the peer that was asked last.
    private static @Nullable HttpHeaders upstreamFields(Exchange exchange) {
        HttpAttempt attempt = exchange.attempt();
        return attempt == null ? null : attempt.fields;
    }

    private static @Nullable String joined(HttpHeaders headers, String name) {
        List<String> values = headers.getAll(name);
        return switch (values.size()) {
            case 0 -> null;
            case 1 -> values.getFirst();
            default -> String.join(name.equals("cookie") ? "; " : ", ", values);
        };
    }

    private static @Nullable String sent(Exchange exchange, String name) {
        ResponseHead head = exchange.response().head();
        if (head == null) {
            return null;
        }
        return switch (name) {
            case "content-type" -> head.contentType;
            case "content-length" -> head.contentLength < 0 ? null : Long.toString(head.contentLength);
            case "last-modified" -> head.lastModified;
            case "etag" -> head.etag;
            case "transfer-encoding" -> head.chunked ? "chunked" : null;
            default -> sentField(head, name);
        };
    }

    private static @Nullable String sentField(ResponseHead head, String name) {
        String own = named(head.fields(), name);
        if (own != null) {
            return own;
        }
        HttpHeaders upstream = head.upstream;
        FieldNames hidden = head.hidden;
        return upstream == null || hidden == null || hidden.contains(name) ? null : joined(upstream, name);
    }

    /// The value of a name in a list of names and values in turn.
    private static @Nullable String named(List<String> fields, String name) {
        for (int i = 0; i < fields.size(); i += 2) {
            if (fields.get(i).equalsIgnoreCase(name)) {
                return fields.get(i + 1);
            }
        }
        return null;
    }

    private static @Nullable String first(List<String> lines, Function<String, @Nullable String> what) {
        for (String line : lines) {
            String value = what.apply(line);
            if (value != null) {
                return value;
            }
        }
        return null;
    }
}

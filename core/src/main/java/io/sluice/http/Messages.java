package io.sluice.http;

import java.util.function.Supplier;

import io.sluice.config.model.LogLevel;
import io.sluice.session.ErrorSink;

/// What exchanges tell the error log, in nginx's words and with its particulars. Thread-safe: no state; formats only what a
/// log admits.
final class Messages {

    private Messages() {}

    static void log(Exchange exchange, LogLevel level, Supplier<String> message) {
        ErrorSink errors = exchange.settings().errors();
        if (!errors.admits(level)) {
            return;
        }
        Request request = exchange.request();
        StringBuilder line = new StringBuilder(message.get());
        line.append(", client: ").append(exchange.session().downstream().remoteHost());
        line.append(", server: ").append(exchange.server().name());
        line.append(", request: \"").append(request.method()).append(' ').append(request.target()).append(' ')
                .append(request.protocol()).append('"');
        HttpAttempt attempt = exchange.attempt();
        if (attempt != null) {
            line.append(", upstream: \"").append(attempt.address).append('"');
        }
        String host = request.header("host");
        if (host != null) {
            line.append(", host: \"").append(host).append('"');
        }
        errors.log(level, exchange.number(), line.toString());
    }
}

package io.sluice.http;

import io.netty.buffer.ByteBuf;

import io.sluice.config.model.LocationOptions.ResponseOptions;
import io.sluice.http.files.ErrorBodies;
import io.sluice.variable.ByteText;

/// Responses that the proxy makes up itself. Thread-safe: no state; used on the worker.
final class LocalAnswers {

    private LocalAnswers() {}

    /// The page of a status.
    static void page(Exchange exchange, int status) {
        ResponseOptions options = exchange.settings().options().response();
        ErrorBodies pages = exchange.generation().servers().errorBodies();
        String agent = exchange.request().header("user-agent");
        boolean padded = options.msiePadding() && agent != null && ErrorBodies.wantsPadding(agent);
        byte[] body = pages.of(status, options.serverTokens(), padded);
        ResponseHead head = new ResponseHead(ErrorBodies.statusToTell(status));
        if (body.length > 0) {
            head.contentType = ErrorBodies.CONTENT_TYPE;
        }
        send(exchange, head, body);
        // What the log shows is what happened, not what the client is told.
        exchange.response().status(status == HttpStatus.HEADER_TOO_LARGE ? HttpStatus.BAD_REQUEST : status);
    }

    /// As [#page], with one field more.
    static void page(Exchange exchange, int status, String name, String value) {
        ResponseOptions options = exchange.settings().options().response();
        byte[] body = exchange.generation().servers().errorBodies().of(status, options.serverTokens(), false);
        ResponseHead head = new ResponseHead(status);
        head.contentType = ErrorBodies.CONTENT_TYPE;
        head.add(name, value);
        send(exchange, head, body);
    }

    /// A redirect.
    ///
    /// @param location completed by who calls
    static void redirect(Exchange exchange, int status, String location) {
        ResponseOptions options = exchange.settings().options().response();
        byte[] body = exchange.generation().servers().errorBodies().of(status, options.serverTokens(), false);
        ResponseHead head = new ResponseHead(status);
        if (body.length > 0) {
            head.contentType = ErrorBodies.CONTENT_TYPE;
        }
        head.add("Location", location);
        send(exchange, head, body);
    }

    /// A text, as `return` gives it.
    static void text(Exchange exchange, int status, String text, String type) {
        ResponseHead head = new ResponseHead(status);
        head.contentType = type;
        send(exchange, head, ByteText.bytes(text));
    }

    /// A head with a body that is there.
    static void send(Exchange exchange, ResponseHead head, byte[] body) {
        head.contentLength = body.length;
        ResponseWriter writer = exchange.response();
        writer.head(head);
        ByteBuf part = exchange.session().channel().alloc().directBuffer(Math.max(body.length, 1));
        part.writeBytes(body);
        writer.body(part);
        writer.finish();
    }
}

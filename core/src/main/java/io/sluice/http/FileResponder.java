package io.sluice.http;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

import io.sluice.config.model.LocationOptions.FileOptions;
import io.sluice.http.files.ByteRanges;
import io.sluice.http.files.FileAnswer;
import io.sluice.http.files.HttpDate;
import io.sluice.http.files.OpenedFile;
import io.sluice.http.files.RangeAnswer;
import io.sluice.http.files.Validators;

/// Answers with a file. Confined to its worker's event loop.
final class FileResponder implements Responder {

    private final Exchange exchange;

    FileResponder(Exchange exchange) {
        this.exchange = exchange;
    }

    @Override
    public void start() {
        FileAnswer answer = exchange.settings().lookup().answer(
                exchange.route().fileRequest(), exchange, exchange.session().worker().files());
        follow(exchange, answer);
    }

    /// Does what the look-up has come to.
    static void follow(Exchange exchange, FileAnswer answer) {
        ExchangeRoute route = exchange.route();
        switch (answer) {
            case FileAnswer.Serve(String _, OpenedFile file) -> {
                try {
                    serve(exchange, file);
                } finally {
                    file.close();
                }
            }
            case FileAnswer.RedirectToDirectory(String location) ->
                LocalAnswers.redirect(exchange, HttpStatus.MOVED_PERMANENTLY, route.absolute(location));
            case FileAnswer.InternalRedirect(String uri, String args) -> route.redirectInternally(uri, args);
            case FileAnswer.NamedLocation(String name) -> route.redirectInternally("@" + name);
            case FileAnswer.Failure failure -> {
                String message = failure.message();
                if (message != null) {
                    Messages.log(exchange, failure.level(), () -> message);
                }
                route.fail(failure.status());
            }
            case FileAnswer.UseUri(String uri, boolean _) -> route.redirectInternally(uri, "");
        }
    }

    private static void serve(Exchange exchange, OpenedFile file) {
        FileOptions options = exchange.settings().options().files();
        Request request = exchange.request();
        long size = file.status().size();
        long modified = file.status().modified();
        int status = exchange.route().finalStatus(HttpStatus.OK);
        String etag = options.etag() ? Validators.entityTag(modified, size) : null;
        String type = exchange.settings().types().of(exchange.target().path());
        if (status == HttpStatus.OK) {
            Validators validators = new Validators(
                    request.header("if-modified-since"), request.header("if-unmodified-since"),
                    request.header("if-match"), request.header("if-none-match"));
            switch (validators.verdict(etag, modified, options.ifModifiedSince())) {
                case SEND -> {
                    // The usual case.
                }
                case NOT_MODIFIED -> {
                    ResponseHead head = new ResponseHead(HttpStatus.NOT_MODIFIED);
                    head.lastModified = HttpDate.format(modified);
                    head.etag = etag;
                    exchange.response().head(head);
                    exchange.response().finish();
                    return;
                }
                case PRECONDITION_FAILED -> {
                    exchange.route().fail(412);
                    return;
                }
            }
        }
        ResponseHead head = new ResponseHead(status);
        head.contentType = type;
        head.contentLength = size;
        head.lastModified = HttpDate.format(modified);
        head.etag = etag;
        RangeAnswer ranges = status == HttpStatus.OK
                ? new ByteRanges(request.header("range"), request.header("if-range")).answer(
                        new ByteRanges.Response(size, type, etag, modified), options.maxRanges(),
                        exchange.number() ^ exchange.startNanos())
                : new RangeAnswer.Whole(false);
        send(exchange, file, head, ranges);
    }

    private static void send(Exchange exchange, OpenedFile file, ResponseHead head, RangeAnswer ranges) {
        ResponseWriter writer = exchange.response();
        switch (ranges) {
            case RangeAnswer.Whole(boolean acceptRanges) -> {
                head.acceptRanges = acceptRanges;
                writer.head(head);
                section(writer, file, 0, head.contentLength);
            }
            case RangeAnswer.Single(long offset, long length, String contentRange) -> {
                ResponseHead partial = partial(head, head.contentType, length);
                partial.add("Content-Range", contentRange);
                writer.head(partial);
                section(writer, file, offset, length);
            }
            case RangeAnswer.Multiple several -> {
                writer.head(partial(head, several.contentType(), several.contentLength()));
                for (RangeAnswer.Part part : several.parts()) {
                    bytes(exchange, part.head());
                    section(writer, file, part.offset(), part.length());
                }
                bytes(exchange, several.end());
            }
            case RangeAnswer.NotSatisfiable(String contentRange) -> {
                exchange.route().failWith(416, "Content-Range", contentRange);
                return;
            }
        }
        writer.finish();
    }

    private static ResponseHead partial(ResponseHead whole, @Nullable String type, long length) {
        ResponseHead head = new ResponseHead(206);
        head.contentType = type;
        head.contentLength = length;
        head.lastModified = whole.lastModified;
        head.etag = whole.etag;
        return head;
    }

    private static void bytes(Exchange exchange, byte[] text) {
        ByteBuf part = exchange.session().channel().alloc().directBuffer(text.length);
        part.writeBytes(text);
        exchange.response().body(part);
    }

    private static void section(ResponseWriter writer, OpenedFile file, long offset, long length) {
        if (length > 0 && !writer.isBodyless()) {
            writer.file(file.section(offset, length), length);
        }
    }
}

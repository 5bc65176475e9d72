package io.sluice.http;

import java.io.IOException;

import org.jspecify.annotations.Nullable;

import io.sluice.config.model.LocationOptions.FileOptions;
import io.sluice.config.model.LogLevel;
import io.sluice.http.files.ByteRanges;
import io.sluice.http.files.FileAnswer;
import io.sluice.http.files.HttpDate;
import io.sluice.http.files.OpenedFile;
import io.sluice.http.files.RangeAnswer;
import io.sluice.http.files.Validators;
import io.sluice.session.Outcome;

/// Answers with a file. Confined to its worker's event loop.
final class FileResponder implements Responder {

    private final Exchange exchange;

    private @Nullable FileSending sending;

    FileResponder(Exchange exchange) {
        this.exchange = exchange;
    }

    @Override
    public void start() {
        FileAnswer answer = exchange.settings().lookup().answer(
                exchange.route().fileRequest(), exchange, exchange.session().worker().files());
        if (answer instanceof FileAnswer.Serve(String _, OpenedFile file)) {
            FileSending whole = new FileSending(exchange, file);
            sending = whole;
            if (answer(whole, file)) {
                go(whole);
            }
        } else {
            follow(exchange, answer);
        }
    }

    private void go(FileSending parts) {
        ResponseWriter writer = exchange.response();
        try {
            if (parts.send()) {
                writer.finish();
                return;
            }
        } catch (IOException e) {
            Messages.log(exchange, LogLevel.ALERT, () -> "a file broke off while it was sent: " + e.getMessage());
            writer.flush();
            exchange.end(Outcome.Plain.INTERNAL);
            exchange.session().close();
            return;
        }
        writer.flush();
        long pause = writer.pauseNanos();
        if (pause > 0) {
            exchange.waitFor(Exchange.Waiting.PACE, pause);
        } else {
            exchange.waitFor(Exchange.Waiting.DOWNSTREAM_SEND, exchange.settings().sendNanos());
        }
    }

    @Override
    public void onDownstreamWritability(boolean writable) {
        FileSending parts = sending;
        if (writable && parts != null && exchange.waiting() != Exchange.Waiting.PACE) {
            go(parts);
        }
    }

    @Override
    public void onTimeout(Exchange.Waiting what) {
        FileSending parts = sending;
        if (parts != null) {
            go(parts);
        }
    }

    @Override
    public void release() {
        FileSending parts = sending;
        if (parts != null) {
            sending = null;
            parts.close();
        }
    }

    /// Does what the look-up has come to.
    static void follow(Exchange exchange, FileAnswer answer) {
        ExchangeRoute route = exchange.route();
        switch (answer) {
            case FileAnswer.Serve serve -> {
                serve.file().close();
                throw new IllegalStateException("only a look-up ends with a file");
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

    /// Writes the head and says what follows it; false when something else than a file was answered.
    private boolean answer(FileSending parts, OpenedFile file) {
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
                    return false;
                }
                case PRECONDITION_FAILED -> {
                    exchange.route().fail(412);
                    return false;
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
        return answer(parts, head, ranges);
    }

    private boolean answer(FileSending parts, ResponseHead head, RangeAnswer ranges) {
        ResponseWriter writer = exchange.response();
        switch (ranges) {
            case RangeAnswer.Whole(boolean acceptRanges) -> {
                long length = head.contentLength;
                head.acceptRanges = acceptRanges;
                writer.head(head);
                stretch(parts, 0, length);
            }
            case RangeAnswer.Single(long offset, long length, String contentRange) -> {
                ResponseHead partial = partial(head, head.contentType, length);
                partial.add("Content-Range", contentRange);
                writer.head(partial);
                stretch(parts, offset, length);
            }
            case RangeAnswer.Multiple several -> {
                writer.head(partial(head, several.contentType(), several.contentLength()));
                for (RangeAnswer.Part part : several.parts()) {
                    parts.text(part.head());
                    stretch(parts, part.offset(), part.length());
                }
                parts.text(several.end());
            }
            case RangeAnswer.NotSatisfiable(String contentRange) -> {
                exchange.route().failWith(416, "Content-Range", contentRange);
                return false;
            }
        }
        return true;
    }

    private void stretch(FileSending parts, long offset, long length) {
        if (!exchange.response().isBodyless()) {
            parts.stretch(offset, length);
        }
    }

    private static ResponseHead partial(ResponseHead whole, @Nullable String type, long length) {
        ResponseHead head = new ResponseHead(206);
        head.contentType = type;
        head.contentLength = length;
        head.lastModified = whole.lastModified;
        head.etag = whole.etag;
        return head;
    }
}

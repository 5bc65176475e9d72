package io.sluice.http;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpHeaderNames;
import org.jspecify.annotations.Nullable;

import io.sluice.config.model.HttpServerConfig.ConnectionOptions;
import io.sluice.config.model.LogLevel;
import io.sluice.http.files.FileAnswer;
import io.sluice.http.files.FileChoice;
import io.sluice.http.files.FileRequest;
import io.sluice.http.routing.AcceleratedUri;
import io.sluice.http.routing.HostName;
import io.sluice.http.routing.Location;
import io.sluice.http.routing.RequestTarget;
import io.sluice.http.routing.Routed;
import io.sluice.metrics.Metric;
import io.sluice.session.Outcome;

/// An exchange's way from its head to who answers it: server, location, limits, access, handler; and to the page of an error
/// when something is in the way. Confined to its worker's event loop.
final class ExchangeRoute {

    private final Exchange exchange;

    private final @Nullable Throwable undecodable;

    private final RequestTarget target = new RequestTarget();

    private HttpServer server;

    private Location<LocationSettings> location;

    private String host = "";

    private int port;

    private final Admittance admittance;

    private final NameWait nameWait;

    /// An `error_page` is being answered.
    private boolean errorAnswered;

    /// The status that an `error_page` answers with in place of its own; 0: its own.
    private int overwrite;

    private @Nullable List<ByteBuf> early;

    private boolean earlyComplete;

    private boolean appendedAlias;

    ExchangeRoute(Exchange exchange, @Nullable Throwable undecodable) {
        this.exchange = exchange;
        this.undecodable = undecodable;
        this.admittance = new Admittance(exchange);
        this.nameWait = new NameWait(exchange);
        this.server = exchange.session().endpoint().defaultServer(exchange.session().downstream());
        this.location = server.routing().server();
    }

    HttpServer server() {
        return server;
    }

    Location<LocationSettings> location() {
        return location;
    }

    LocationSettings settings() {
        return location.attachment();
    }

    RequestTarget target() {
        return target;
    }

    /// `$host`, without the server's name as last resort.
    String host() {
        return host;
    }

    /// 0: none was named.
    int port() {
        return port;
    }

    /// Who lets the exchange in.
    Admittance admittance() {
        return admittance;
    }

    /// Whether a field of the request is passed to peers: names with strange characters are not.
    boolean passes(CharSequence name) {
        ConnectionOptions options = server.connection();
        return !options.ignoreInvalidHeaders() || HeadCheck.isUsualName(name, options.underscoresInHeaders());
    }

    // From the head to the location.

    void begin() {
        int fault = fault();
        if (fault != 0) {
            exchange.session().forbidKeepAlive();
            fail(fault);
            return;
        }
        admittance.findRealAddress();
        proceed(server.routing().route(exchange));
    }

    /// What makes the request unusable; 0: nothing.
    private int fault() {
        int fault = HeadCheck.decoded(exchange, undecodable);
        if (fault == 0) {
            fault = exchange.request().fault();
        }
        if (fault == 0 && !target.parse(exchange.request().target(), server.connection().mergeSlashes())) {
            fault = HttpStatus.BAD_REQUEST;
        }
        if (fault == 0) {
            fault = findServer(exchange.session().downstream());
        }
        return fault == 0 ? HeadCheck.fields(exchange, server.connection()) : fault;
    }

    private int findServer(Downstream downstream) {
        HostName named = target.authority();
        String field = exchange.request().header(HttpHeaderNames.HOST);
        if (field != null && !field.isEmpty()) {
            HostName parsed = HostName.parse(field);
            if (parsed == null) {
                Messages.log(exchange, LogLevel.INFO, () -> "client sent invalid host header");
                return HttpStatus.BAD_REQUEST;
            }
            named = named == null ? parsed : named;
        }
        if (named != null) {
            host = named.name();
            port = named.port();
        }
        HttpSite site = exchange.session().endpoint().site(downstream);
        server = site.names().find(host, exchange);
        location = server.routing().server();
        return HeadCheck.handshake(exchange, server);
    }

    /// Asked by routing when a location was found.
    int refusal(Location<LocationSettings> found) {
        long max = found.attachment().maxBodyBytes();
        long length = exchange.request().contentLength();
        if (max > 0 && length > max && !errorAnswered) {
            location = found;
            Messages.log(exchange, LogLevel.ERROR,
                    () -> "client intended to send too large body: " + length + " bytes");
            exchange.session().forbidKeepAlive();
            return HttpStatus.ENTITY_TOO_LARGE;
        }
        return 0;
    }

    private void proceed(Routed<LocationSettings> routed) {
        location = routed.location();
        switch (routed) {
            case Routed.Continue<LocationSettings> _ -> admit(admittance.decide());
            case Routed.Redirect<LocationSettings> redirect -> LocalAnswers.redirect(
                    exchange, redirect.status(), absolute(redirect.url()));
            case Routed.Respond<LocationSettings> respond -> respond(respond.status(), respond.text());
            case Routed.CloseSilently<LocationSettings> _ -> {
                exchange.response().status(HttpStatus.CLOSE);
                exchange.end(Outcome.Plain.RETURNED);
                exchange.session().close();
            }
            case Routed.TooManyCycles<LocationSettings> _ -> {
                Messages.log(exchange, LogLevel.ERROR, () -> "rewrite or internal redirection cycle");
                // Not an error_page's, which would lead here again.
                exchange.dropResponder();
                LocalAnswers.page(exchange, HttpStatus.INTERNAL);
            }
            case Routed.EmptyUri<LocationSettings> _ -> {
                Messages.log(exchange, LogLevel.ERROR, () -> "the rewritten URI has a zero length");
                fail(HttpStatus.INTERNAL);
            }
        }
    }

    private void respond(int status, @Nullable String text) {
        if (text == null) {
            fail(status);
        } else {
            LocalAnswers.text(
                    exchange, overwrite == 0 ? status : overwrite, text, settings().types().of(target.path()));
        }
    }

    private void admit(Admittance.Decision decision) {
        switch (decision) {
            case Admittance.Admitted _ -> tryFiles();
            case Admittance.Delayed delayed -> exchange.waitFor(Exchange.Waiting.DELAY, delayed.nanos());
            case Admittance.Refused refused -> fail(refused.status());
        }
    }

    void onDelayOver() {
        admit(admittance.afterDelay());
    }

    // Who answers.

    private void tryFiles() {
        FileChoice choice = settings().choice();
        if (choice == null) {
            answer();
            return;
        }
        switch (choice.answer(fileRequest(), exchange, exchange.session().worker().files(), settings().errors())) {
            case FileAnswer.UseUri(String uri, boolean appended) -> {
                target.changePath(uri);
                appendedAlias = appended;
                answer();
            }
            case FileAnswer other -> FileResponder.follow(exchange, other);
        }
    }

    FileRequest fileRequest() {
        return new FileRequest(
                exchange.method(), target.path(), target.args(), !target.belongsToLocation(), appendedAlias);
    }

    private void answer() {
        ProxyPlan plan = settings().proxy();
        if (plan == null) {
            exchange.respondBy(new FileResponder(exchange));
        } else {
            switch (Destination.of(exchange, plan)) {
                case Destination.Known known -> exchange.respondBy(new Proxying(exchange, plan, known.target()));
                case Destination.Named named -> {
                    nameWait.begin(plan, named);
                    return;
                }
                case Destination.Nowhere nowhere -> {
                    fail(nowhere.status());
                    return;
                }
            }
        }
        giveEarlyBody();
    }

    /// A computed name has been resolved.
    void proxy(ProxyPlan plan, ProxyTarget target) {
        exchange.respondBy(new Proxying(exchange, plan, target));
        giveEarlyBody();
    }

    void onResolverTimeout() {
        nameWait.onTimeout();
    }

    private void giveEarlyBody() {
        List<ByteBuf> parts = early;
        early = null;
        if (parts != null) {
            for (int i = 0; i < parts.size(); i++) {
                exchange.onKeptBody(parts.get(i), earlyComplete && i == parts.size() - 1);
            }
        }
    }

    /// Part of a body that came before somebody was there to take it.
    void keepBody(ByteBuf part, boolean last) {
        List<ByteBuf> kept = early;
        if (kept == null) {
            kept = new ArrayList<>(2);
            early = kept;
        }
        kept.add(part);
        earlyComplete = last;
    }

    /// Whether more of a body may come before somebody is there to take it.
    boolean takesEarlyBody() {
        return early == null;
    }

    // Errors and internal redirects.

    /// `X-Accel-Redirect`: a named location, or a URI that is asked for by GET.
    void accelerate(String to) {
        if (to.startsWith("@")) {
            redirectInternally(to);
            return;
        }
        AcceleratedUri uri = AcceleratedUri.parse(to);
        if (uri == null) {
            Messages.log(exchange, LogLevel.ERROR, () -> "unsafe URI \"" + to + "\" was detected");
            fail(HttpStatus.NOT_FOUND);
            return;
        }
        exchange.becomesGet();
        redirectInternally(uri.path(), uri.args());
    }

    /// `error_page`, `index`.
    void redirectInternally(String uri) {
        exchange.dropResponder();
        if (uri.startsWith("@")) {
            proceed(server.routing().redirectToNamed(exchange, uri.substring(1)));
        } else {
            proceed(server.routing().redirect(exchange, uri));
        }
    }

    /// As the other, the arguments apart.
    void redirectInternally(String path, String args) {
        exchange.dropResponder();
        proceed(server.routing().redirect(exchange, path, args));
    }

    /// The request ends with an error: its `error_page`, or the page of the status.
    void fail(int status) {
        if (exchange.isEnded()) {
            return;
        }
        nameWait.forget();
        exchange.dropResponder();
        if (status == HttpStatus.CLOSE) {
            exchange.response().status(status);
            exchange.end(Outcome.Plain.RETURNED);
            exchange.session().close();
            return;
        }
        LocationSettings.ErrorAnswer page = settings().errorAnswer(status);
        boolean mayAnswer = !errorAnswered || settings().options().response().recursiveErrorPages();
        if (page == null || !mayAnswer || status < 300) {
            int told = overwrite == 0 ? status : overwrite;
            LocalAnswers.page(exchange, told);
            return;
        }
        errorAnswered = true;
        overwrite = page.page().overwrite().isPresent() ? page.page().overwrite().getAsInt() : status;
        String uri = page.uri().evaluate(exchange);
        if (uri.startsWith("/") || uri.startsWith("@")) {
            if (uri.startsWith("/")) {
                exchange.becomesGet();
            }
            redirectInternally(uri);
        } else {
            int redirect = isRedirect(overwrite) ? overwrite : 302;
            overwrite = 0;
            LocalAnswers.redirect(exchange, redirect, uri);
        }
    }

    /// As [#fail], the page with one field more.
    void failWith(int status, String name, String value) {
        if (settings().errorAnswer(status) != null) {
            fail(status);
        } else {
            LocalAnswers.page(exchange, status, name, value);
        }
    }

    private static boolean isRedirect(int status) {
        return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
    }

    /// The status of a response that is found now: an `error_page`'s own one goes before.
    int finalStatus(int status) {
        return overwrite == 0 ? status : overwrite;
    }

    /// A URL for `Location`: what begins with a slash is completed.
    String absolute(String url) {
        var options = settings().options().response();
        if (!url.startsWith("/") || !options.absoluteRedirect()) {
            return url;
        }
        Downstream downstream = exchange.session().downstream();
        String name = options.serverNameInRedirect() || host.isEmpty() ? server.name() : host;
        if (name.isEmpty()) {
            name = downstream.localHost();
        }
        String scheme = downstream.isTls() ? "https" : "http";
        String local = downstream.localPort();
        boolean usual = local.isEmpty() || local.equals(downstream.isTls() ? "443" : "80");
        String withPort = options.portInRedirect() && !usual ? ":" + local : "";
        return scheme + "://" + name.toLowerCase(Locale.ROOT) + withPort + url;
    }

    // The end.

    void log() {
        exchange.resources().metrics().add(Metric.LOG_LINES_DROPPED, settings().accessLogs().log(exchange));
    }

    void release() {
        nameWait.forget();
        List<ByteBuf> parts = early;
        early = null;
        if (parts != null) {
            parts.forEach(ByteBuf::release);
        }
        admittance.release();
    }
}

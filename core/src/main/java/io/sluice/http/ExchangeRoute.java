package io.sluice.http;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import org.jspecify.annotations.Nullable;

import io.sluice.config.model.HttpServerConfig.ConnectionOptions;
import io.sluice.config.model.LocationOptions.AccessOptions;
import io.sluice.config.model.LogLevel;
import io.sluice.http.files.FileAnswer;
import io.sluice.http.files.FileChoice;
import io.sluice.http.files.FileRequest;
import io.sluice.http.routing.HostName;
import io.sluice.http.routing.Location;
import io.sluice.http.routing.RequestTarget;
import io.sluice.http.routing.Routed;
import io.sluice.metrics.Metric;
import io.sluice.network.IpText.AddressAndPort;
import io.sluice.route.RequestLimits;
import io.sluice.route.SessionLimits;
import io.sluice.session.Outcome;
import io.sluice.tls.TlsDetails;
import io.sluice.variable.ByteText;
import io.sluice.variable.Template;

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

    private SessionLimits.@Nullable Admitted places;

    private String limitConnStatus = "";

    private String limitReqStatus = "";

    private boolean limitsAsked;

    private @Nullable AddressAndPort realAddress;

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

    String limitConnStatus() {
        return limitConnStatus;
    }

    String limitReqStatus() {
        return limitReqStatus;
    }

    /// The client's address as `real_ip_header` told it; null: that of the connection.
    @Nullable AddressAndPort realAddress() {
        return realAddress;
    }

    /// Whether a field of the request is passed to peers: names with strange characters are not.
    boolean passes(CharSequence name) {
        ConnectionOptions options = server.connection();
        return !options.ignoreInvalidHeaders() || isUsual(name, options.underscoresInHeaders());
    }

    private static boolean isUsual(CharSequence name, boolean underscores) {
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

    // From the head to the location.

    void begin() {
        int fault = fault();
        if (fault != 0) {
            exchange.session().forbidKeepAlive();
            fail(fault);
            return;
        }
        proceed(server.routing().route(exchange));
    }

    /// What makes the request unusable; 0: nothing.
    private int fault() {
        Downstream downstream = exchange.session().downstream();
        if (downstream.isPlainTextOnTls()) {
            return HttpStatus.HTTP_TO_HTTPS;
        }
        if (undecodable != null) {
            Messages.log(exchange, LogLevel.INFO, () -> "client sent invalid request: " + undecodable.getMessage());
            return switch (undecodable) {
                case TooLongHttpLineException _ -> HttpStatus.URI_TOO_LONG;
                case TooLongHttpHeaderException _ -> HttpStatus.HEADER_TOO_LARGE;
                default -> HttpStatus.BAD_REQUEST;
            };
        }
        int fault = exchange.request().fault();
        if (fault == 0 && !target.parse(exchange.request().target(), server.connection().mergeSlashes())) {
            fault = HttpStatus.BAD_REQUEST;
        }
        if (fault == 0) {
            fault = findServer(downstream);
        }
        return fault == 0 ? tooManyFields() : fault;
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
        TlsDetails tls = downstream.details();
        if (tls == null) {
            return 0;
        }
        if (server.tls() != tls.server() && tls.server().clientVerification()
                != io.sluice.config.model.TlsServerConfig.ClientVerification.OFF) {
            Messages.log(exchange, LogLevel.INFO, () -> "client attempted to request the server name different from the one that was negotiated");
            return HttpStatus.MISDIRECTED;
        }
        return switch (tls.admission()) {
            case ADMITTED -> 0;
            case BAD_CERTIFICATE -> HttpStatus.CERTIFICATE_ERROR;
            case NO_CERTIFICATE -> HttpStatus.NO_CERTIFICATE;
        };
    }

    private int tooManyFields() {
        int max = server.connection().maxHeaders();
        if (max > 0 && exchange.request().headers().size() > max) {
            return HttpStatus.BAD_REQUEST;
        }
        long longest = server.connection().largeHeaderBuffer().bytes();
        if (exchange.requestBytes() > longest) {
            for (var field : exchange.request().headers()) {
                if (field.getKey().length() + ": ".length() + field.getValue().length() > longest) {
                    return HttpStatus.HEADER_TOO_LARGE;
                }
            }
        }
        return 0;
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
            case Routed.Continue<LocationSettings> _ -> checkLimits();
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
                fail(HttpStatus.INTERNAL);
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

    // Limits and access.

    private void checkLimits() {
        findRealAddress();
        if (!limitsAsked) {
            RequestLimits.Verdict verdict = checkRate();
            boolean dryRun = settings().options().access().requestDryRun();
            switch (verdict) {
                case RequestLimits.Passed passed -> limitReqStatus = passed.counted() ? "PASSED" : "";
                case RequestLimits.Delayed delayed -> {
                    limitReqStatus = dryRun ? "DELAYED_DRY_RUN" : "DELAYED";
                    Messages.log(exchange, settings().options().access().requestLogLevel(), () -> delayed.message(dryRun));
                    if (!dryRun) {
                        limitsAsked = true;
                        exchange.waitFor(Exchange.Waiting.DELAY, delayed.millis() * 1_000_000);
                        return;
                    }
                }
                case RequestLimits.Rejected rejected -> {
                    limitReqStatus = dryRun ? "REJECTED_DRY_RUN" : "REJECTED";
                    Messages.log(exchange, settings().options().access().requestLogLevel(), () -> rejected.message(dryRun));
                    if (!dryRun) {
                        limitsAsked = true;
                        fail(settings().options().access().requestStatus());
                        return;
                    }
                }
            }
            limitsAsked = !settings().requests().limits().isEmpty();
        }
        checkConnections();
    }

    void onDelayOver() {
        checkConnections();
    }

    private RequestLimits.Verdict checkRate() {
        List<Template> templates = settings().requestKeys();
        if (templates.isEmpty()) {
            return NOT_LIMITED;
        }
        byte[][] keys = new byte[templates.size()][];
        for (int i = 0; i < keys.length; i++) {
            keys[i] = ByteText.bytes(templates.get(i).evaluate(exchange));
        }
        return settings().requests().check(exchange.now() / 1_000_000, keys);
    }

    private static final RequestLimits.Verdict NOT_LIMITED = new RequestLimits.Passed(false);

    private void findRealAddress() {
        if (settings().realAddress().isOff() || realAddress != null) {
            return;
        }
        byte[] peer = exchange.session().downstream().remoteBytes();
        if (peer != null) {
            realAddress = settings().realAddress().find(
                    peer, exchange.request().headers().getAll(settings().realAddress().header()));
        }
    }

    private void checkConnections() {
        if (places == null && !settings().connectionKeys().isEmpty()) {
            List<Template> templates = settings().connectionKeys();
            byte[][] keys = new byte[templates.size()][];
            for (int i = 0; i < keys.length; i++) {
                keys[i] = ByteText.bytes(templates.get(i).evaluate(exchange));
            }
            AccessOptions options = settings().options().access();
            boolean dryRun = options.connections().dryRun();
            switch (settings().connections().admit(keys)) {
                case SessionLimits.Admitted admitted -> {
                    places = admitted;
                    limitConnStatus = admitted.counted() ? "PASSED" : "";
                }
                case SessionLimits.Rejected rejected -> {
                    limitConnStatus = dryRun ? "REJECTED_DRY_RUN" : "REJECTED";
                    Messages.log(exchange, options.connections().logLevel(), () -> rejected.message(dryRun));
                    if (!dryRun) {
                        fail(options.connectionStatus());
                        return;
                    }
                }
            }
        }
        if (!isPermitted()) {
            Messages.log(exchange, LogLevel.ERROR, () -> "access forbidden by rule");
            fail(HttpStatus.FORBIDDEN);
            return;
        }
        tryFiles();
    }

    private boolean isPermitted() {
        byte[] address = exchange.clientAddress();
        boolean admitted = address == null ? settings().access().admitsUnix() : settings().access().admits(address);
        AccessOptions options = settings().options().access();
        if (admitted && !options.exceptMethods().isEmpty()
                && !options.exceptMethods().contains(exchange.request().method())) {
            admitted = address == null
                    ? settings().exceptAccess().admitsUnix()
                    : settings().exceptAccess().admits(address);
        }
        return admitted;
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
                exchange.request().method(), target.path(), target.args(), !target.belongsToLocation(), appendedAlias);
    }

    private void answer() {
        ProxyPlan plan = settings().proxy();
        if (plan == null) {
            exchange.respondBy(new FileResponder(exchange));
        } else {
            ProxyTarget to = ProxyTarget.of(exchange, plan);
            if (to == null) {
                fail(HttpStatus.INTERNAL);
                return;
            }
            exchange.respondBy(new Proxying(exchange, plan, to));
        }
        giveEarlyBody();
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

    /// `X-Accel-Redirect`, `error_page`, `index`.
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
        exchange.becomesGet();
        String uri = page.uri().evaluate(exchange);
        if (uri.startsWith("/") || uri.startsWith("@")) {
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
        List<ByteBuf> parts = early;
        early = null;
        if (parts != null) {
            parts.forEach(ByteBuf::release);
        }
        if (places != null) {
            places.release();
        }
    }
}

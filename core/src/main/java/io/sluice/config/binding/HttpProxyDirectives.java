package io.sluice.config.binding;

import java.time.Duration;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

import io.sluice.config.model.ByteSize;
import io.sluice.config.model.HttpProxyOptions;
import io.sluice.config.model.HttpProxyOptions.NextUpstream;
import io.sluice.config.model.HttpProxyOptions.SetHeader;
import io.sluice.config.model.HttpProxyOptions.Upgrade;
import io.sluice.config.model.LocationConfig.LocationHandler;
import io.sluice.config.model.RateConfig;
import io.sluice.config.model.StreamServerConfig.BindConfig;
import io.sluice.config.model.TemplateConfig;

import static io.sluice.config.binding.Arity.*;
import static io.sluice.config.binding.Context.*;
import static io.sluice.config.binding.DirectiveSpec.row;

/// The directives of nginx's http proxy module, TLS aside. Immutable.
final class HttpProxyDirectives {

    private static final ValueType<Duration> TIME = ValueType.MILLISECONDS;

    private static final ValueType<ByteSize> SIZE = ValueType.SIZE;

    private static final ValueType<Boolean> FLAG = ValueType.FLAG;

    private static final int PAGE_BYTES = 4096;

    private static final BufferCount DEFAULT_BUFFERS = new BufferCount(8, new ByteSize(PAGE_BYTES));

    private static final Set<String> IGNORABLE = Set.of(
            "x-accel-redirect", "x-accel-expires", "x-accel-limit-rate", "x-accel-buffering", "x-accel-charset",
            "expires", "cache-control", "set-cookie", "vary");

    private static final Setting<String> HTTP_VERSION = Setting.of(
            ValueType.oneOf(v -> v, List.of("1.0", "1.1", "2")), "1.1");
    private static final Setting<TemplateConfig> METHOD = Setting.optional(ValueType.composed("method"));
    private static final Setting<TemplateConfig> BODY = Setting.optional(ValueType.composed("value"));
    private static final Listing<SetHeader> SET_HEADERS = new Listing<>();
    private static final Listing<String> HIDE_HEADERS = new Listing<>();
    private static final Listing<String> PASS_HEADERS = new Listing<>();
    private static final Setting<Set<String>> IGNORE_HEADERS = Setting.optional(ValueType.composed("field ..."));
    private static final Setting<Boolean> PASS_REQUEST_HEADERS = Setting.of(FLAG, "on");
    private static final Setting<Boolean> PASS_REQUEST_BODY = Setting.of(FLAG, "on");
    private static final Setting<Boolean> BUFFERING = Setting.of(FLAG, "on");
    private static final Setting<Boolean> REQUEST_BUFFERING = Setting.of(FLAG, "on");
    private static final Setting<ByteSize> BUFFER_SIZE = Setting.of(SIZE, "4k");
    private static final Setting<BufferCount> BUFFERS = Setting.optional(ValueType.composed("number size"));
    private static final Setting<ByteSize> BUSY_BUFFERS = Setting.optional(SIZE);
    private static final Setting<ByteSize> MAX_TEMP_FILE = Setting.of(SIZE, "1024m");
    private static final Setting<Duration> CONNECT_TIMEOUT = Setting.of(TIME, "60s");
    private static final Setting<Duration> SEND_TIMEOUT = Setting.of(TIME, "60s");
    private static final Setting<Duration> READ_TIMEOUT = Setting.of(TIME, "60s");
    private static final Setting<Set<NextUpstream>> NEXT_UPSTREAM = Setting.optional(ValueType.composed("case ..."));
    private static final Setting<Integer> NEXT_UPSTREAM_TRIES = Setting.of(ValueType.NUMBER, "0");
    private static final Setting<Duration> NEXT_UPSTREAM_TIMEOUT = Setting.of(TIME, "0");
    private static final Setting<Boolean> INTERCEPT_ERRORS = Setting.of(FLAG, "off");
    private static final Setting<Boolean> IGNORE_CLIENT_ABORT = Setting.of(FLAG, "off");
    private static final Setting<Boolean> PASS_TRAILERS = Setting.of(FLAG, "off");
    private static final Setting<Boolean> SOCKET_KEEPALIVE = Setting.of(FLAG, "off");
    private static final Setting<Integer> SOCKET_RCVBUF = Setting.of(ValueType.SOCKET_BUFFER, "0");
    private static final Setting<Integer> SOCKET_SNDBUF = Setting.of(ValueType.SOCKET_BUFFER, "0");
    private static final Setting<ProxyDirectives.Rate> RATE = Setting.optional(ValueType.composed("rate"));
    private static final Setting<Upgrade> UPGRADE = Setting.of(
            ValueType.oneOf(u -> u.name().toLowerCase(Locale.ROOT), List.of(Upgrade.values())), "off");

    static final List<DirectiveSpec> ROWS = List.of(
            row("proxy_pass").in(HTTP_LOCATION, HTTP_LOCATION_IF, HTTP_LIMIT_EXCEPT).takes(ONE, "URL")
                    .by(ProxyPassText::bind)
                    .means("Where requests go: `http://` or `https://`, a host or an upstream, and a URI that replaces the"
                            + " location's."),
            proxy("proxy_http_version").since("1.1.4").value(HTTP_VERSION).by(HttpProxyDirectives::httpVersion)
                    .means("The version spoken upstream; 2 is not supported yet."),
            proxy("proxy_upgrade").value(UPGRADE)
                    .means("Sluice's own. `auto` passes `Upgrade` and `Connection` unless the location sets them."),
            proxy("proxy_method").takes(ONE, "method").by(d -> putTemplate(d, METHOD))
                    .means("The method of requests, instead of the client's."),
            proxy("proxy_set_header").takes(TWO, "name value").defaultsTo("Host $proxy_host; Connection close")
                    .repeatable().by(HttpProxyDirectives::setHeader)
                    .means("A field of requests; an empty value removes it. Inherited only by blocks that have none."),
            proxy("proxy_set_body").takes(ONE, "value").by(d -> putTemplate(d, BODY))
                    .means("The body of requests, instead of the client's."),
            proxy("proxy_pass_request_headers").value(PASS_REQUEST_HEADERS)
                    .means("Whether the client's fields are passed."),
            proxy("proxy_pass_request_body").value(PASS_REQUEST_BODY).means("Whether the client's body is passed."),
            proxy("proxy_hide_header").takes(ONE, "field").repeatable()
                    .by(d -> d.scope().add(HIDE_HEADERS, d.text(0).toLowerCase(Locale.ROOT)))
                    .means("A field of responses that is not passed."),
            proxy("proxy_pass_header").takes(ONE, "field").repeatable()
                    .by(d -> d.scope().add(PASS_HEADERS, d.text(0).toLowerCase(Locale.ROOT)))
                    .means("A field that is passed though it is hidden otherwise."),
            proxy("proxy_ignore_headers").takes(ONE_OR_MORE, "field ...").by(HttpProxyDirectives::ignoreHeaders)
                    .means("Fields of responses that have no effect here."),
            proxy("proxy_redirect").takes(ONE_OR_TWO, "default | off | redirect replacement").defaultsTo("default")
                    .repeatable().by(ProxyRewriteText::redirect)
                    .means("What becomes of `Location` and `Refresh`."),
            proxy("proxy_cookie_domain").since("1.1.15").takes(ONE_OR_TWO, "off | domain replacement").defaultsTo("off")
                    .repeatable().by(d -> ProxyRewriteText.cookie(d, ProxyRewriteText.COOKIE_DOMAINS))
                    .means("What becomes of the domain of cookies."),
            proxy("proxy_cookie_path").since("1.1.15").takes(ONE_OR_TWO, "off | path replacement").defaultsTo("off")
                    .repeatable().by(d -> ProxyRewriteText.cookie(d, ProxyRewriteText.COOKIE_PATHS))
                    .means("What becomes of the path of cookies."),
            proxy("proxy_cookie_flags").since("1.19.3").takes(ONE_TO_FOUR, "off | cookie [flag ...]").defaultsTo("off")
                    .repeatable().by(ProxyRewriteText::cookieFlags)
                    .means("Flags that cookies get or lose."),
            proxy("proxy_buffering").value(BUFFERING).inert("Whether responses are read ahead of the client.",
                    "A response is passed on as it comes, and read no further than the client keeps up."),
            proxy("proxy_request_buffering").since("1.7.11").value(REQUEST_BUFFERING)
                    .means("Whether a body is read whole before a peer is asked."),
            proxy("proxy_buffer_size").value(BUFFER_SIZE).means("Bound of a response's head."),
            proxy("proxy_buffers").takes(TWO, "number size").defaultsTo("8 4k").by(d -> BufferCount.put(d, BUFFERS))
                    .inert("How much of a response is held in memory.",
                    "What a connection holds is bounded without them."),
            proxy("proxy_busy_buffers_size").value(BUSY_BUFFERS).defaultsTo("8k")
                    .inert("How much of a response may be on its way to the client.", "Buffers are not counted apart."),
            proxy("proxy_max_temp_file_size").value(MAX_TEMP_FILE)
                    .inert("How much of a response is put aside beyond what memory holds.",
                    "Responses are never put aside on disk."),
            proxy("proxy_connect_timeout").value(CONNECT_TIMEOUT)
                    .means("How long one attempt to connect may take, TLS included."),
            proxy("proxy_send_timeout").value(SEND_TIMEOUT)
                    .means("How long may pass between two writes to a peer."),
            proxy("proxy_read_timeout").value(READ_TIMEOUT)
                    .means("How long may pass between two reads from a peer."),
            proxy("proxy_next_upstream")
                    .takes(ONE_OR_MORE, "error | timeout | invalid_header | http_CODE | non_idempotent | off ...")
                    .defaultsTo("error timeout").by(HttpProxyDirectives::nextUpstream)
                    .means("In which cases the next peer is asked."),
            proxy("proxy_next_upstream_tries").since("1.7.5").value(NEXT_UPSTREAM_TRIES)
                    .means("Attempts for one request; 0 is as many as there are peers."),
            proxy("proxy_next_upstream_timeout").since("1.7.5").value(NEXT_UPSTREAM_TIMEOUT)
                    .means("Time in which attempts may start; 0 is without limit."),
            proxy("proxy_intercept_errors").value(INTERCEPT_ERRORS)
                    .means("Whether `error_page` holds for what peers answer."),
            proxy("proxy_ignore_client_abort").value(IGNORE_CLIENT_ABORT)
                    .means("Whether a response is awaited though the client has gone."),
            proxy("proxy_bind").since("0.8.22").takes(ONE_OR_TWO, "address[:port] [transparent] | off")
                    .defaultsTo("off").by(ProxyDirectives::bind)
                    .means("Local address of upstream connections; `transparent` allows one that is not local."),
            proxy("proxy_socket_keepalive").since("1.15.6").value(SOCKET_KEEPALIVE)
                    .means("TCP keep-alive of upstream connections."),
            proxy("proxy_socket_rcvbuf").since("1.31.3").value(SOCKET_RCVBUF)
                    .means("SO_RCVBUF of upstream connections; 0 is the system's choice."),
            proxy("proxy_socket_sndbuf").since("1.31.3").value(SOCKET_SNDBUF)
                    .means("SO_SNDBUF of upstream connections; 0 is the system's choice."),
            proxy("proxy_limit_rate").since("1.7.7").takes(ONE, "rate").defaultsTo("0").repeatable()
                    .by(d -> ProxyDirectives.rate(d, RATE))
                    .means("Bytes a second read of a response; 0 is without limit."),
            proxy("proxy_pass_trailers").since("1.27.2").value(PASS_TRAILERS)
                    .means("Whether the fields behind the body of a response are passed."));

    private HttpProxyDirectives() {}

    private static DirectiveSpec.Row proxy(String name) {
        return row(name).in(HTTP, HTTP_SERVER, HTTP_LOCATION);
    }

    private static void putTemplate(Directive directive, Setting<TemplateConfig> setting) {
        directive.template(directive.argument(0)).ifPresent(value -> directive.scope().put(setting, value));
    }

    private static void httpVersion(Directive directive) {
        directive.put(HTTP_VERSION);
        if ("2".equals(directive.text(0))) {
            directive.error("not-supported", directive.argument(0),
                    "HTTP/2 to upstreams is known but not supported by Sluice yet");
        }
    }

    private static void setHeader(Directive directive) {
        directive.template(directive.argument(1)).ifPresent(value -> directive.scope().add(
                SET_HEADERS, new SetHeader(directive.position(), directive.text(0), value)));
    }

    private static void ignoreHeaders(Directive directive) {
        Set<String> fields = new HashSet<>();
        for (Fragment argument : directive.argumentsFrom(0)) {
            String field = argument.text().toLowerCase(Locale.ROOT);
            if (IGNORABLE.contains(field)) {
                fields.add(field);
            } else {
                directive.error("invalid-value", argument, "invalid value \"" + argument.text() + "\"");
            }
        }
        directive.scope().put(IGNORE_HEADERS, fields);
    }

    private static void nextUpstream(Directive directive) {
        Set<NextUpstream> cases = EnumSet.noneOf(NextUpstream.class);
        boolean off = false;
        for (Fragment argument : directive.argumentsFrom(0)) {
            Optional<NextUpstream> known = List.of(NextUpstream.values()).stream()
                    .filter(c -> c.name().toLowerCase(Locale.ROOT).equals(argument.text()))
                    .findFirst();
            if (known.isPresent()) {
                if (!cases.add(known.get())) {
                    directive.warning("duplicate-value", argument, "duplicate value \"" + argument.text() + "\"");
                }
            } else if ("off".equals(argument.text())) {
                off = true;
            } else if (!"updating".equals(argument.text())) {
                directive.error("invalid-value", argument, "invalid value \"" + argument.text() + "\"");
            }
        }
        directive.scope().put(NEXT_UPSTREAM, off ? Set.of() : cases);
    }

    /// Reports buffers that are too few or too small for each other.
    static void checkBuffers(BindingRun run, Scope block) {
        if (block.own(BUFFERS).isEmpty() && block.own(BUFFER_SIZE).isEmpty() && block.own(BUSY_BUFFERS).isEmpty()) {
            return;
        }
        BufferCount buffers = block.find(BUFFERS).orElse(DEFAULT_BUFFERS);
        Fragment at = Fragment.of(block.opener().name());
        if (buffers.count() < 2) {
            run.error("invalid-buffers", at, "there must be at least 2 \"proxy_buffers\"");
            return;
        }
        long largest = Math.max(block.get(BUFFER_SIZE).bytes(), buffers.size().bytes());
        long busy = block.find(BUSY_BUFFERS).map(ByteSize::bytes).orElse(2 * largest);
        if (busy < largest) {
            run.error("invalid-buffers", at, "\"proxy_busy_buffers_size\" must be equal to or greater than the maximum"
                    + " of the value of \"proxy_buffer_size\" and one of the \"proxy_buffers\"");
        } else if (busy > (buffers.count() - 1) * buffers.size().bytes()) {
            run.error("invalid-buffers", at, "\"proxy_busy_buffers_size\" must be less than the size of all"
                    + " \"proxy_buffers\" minus one buffer");
        }
    }

    /// What a location says, or has inherited, about proxying.
    static HttpProxyOptions options(Scope location, LocationHandler handler) {
        BufferCount buffers = location.find(BUFFERS).orElse(DEFAULT_BUFFERS);
        return new HttpProxyOptions(
                !"1.0".equals(location.get(HTTP_VERSION)),
                location.find(METHOD),
                location.get(SET_HEADERS),
                location.get(PASS_REQUEST_HEADERS),
                location.get(PASS_REQUEST_BODY),
                location.find(BODY),
                Set.copyOf(location.get(HIDE_HEADERS)),
                Set.copyOf(location.get(PASS_HEADERS)),
                location.find(IGNORE_HEADERS).orElse(Set.of()),
                ProxyRewriteText.redirect(location, handler),
                location.get(ProxyRewriteText.COOKIE_DOMAINS),
                location.get(ProxyRewriteText.COOKIE_PATHS),
                location.get(ProxyRewriteText.COOKIE_FLAGS),
                location.get(BUFFERING),
                location.get(REQUEST_BUFFERING),
                location.get(BUFFER_SIZE),
                buffers.count(),
                buffers.size(),
                location.get(MAX_TEMP_FILE),
                location.get(CONNECT_TIMEOUT),
                location.get(SEND_TIMEOUT),
                location.get(READ_TIMEOUT),
                location.find(NEXT_UPSTREAM).orElse(Set.of(NextUpstream.ERROR, NextUpstream.TIMEOUT)),
                location.get(NEXT_UPSTREAM_TRIES),
                location.get(NEXT_UPSTREAM_TIMEOUT),
                location.get(INTERCEPT_ERRORS),
                location.get(IGNORE_CLIENT_ABORT),
                location.find(ProxyDirectives.BIND).orElse(new BindConfig.Off()),
                location.get(SOCKET_KEEPALIVE),
                ProxyDirectives.given(location.get(SOCKET_RCVBUF)),
                ProxyDirectives.given(location.get(SOCKET_SNDBUF)),
                location.find(RATE).map(ProxyDirectives.Rate::config).orElse(RateConfig.UNLIMITED),
                location.get(PASS_TRAILERS),
                location.get(UPGRADE),
                TlsText.client(location, List.of()),
                ResolverDirectives.options(location));
    }
}

package io.sluice.http;

import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

import io.sluice.config.model.LimitConnZoneConfig;
import io.sluice.config.model.LimitReqZoneConfig;
import io.sluice.config.model.LocationConfig;
import io.sluice.config.model.LocationConfig.LocationHandler;
import io.sluice.config.model.LocationOptions;
import io.sluice.config.model.LocationOptions.AccessOptions;
import io.sluice.config.model.LocationOptions.AddedHeader;
import io.sluice.config.model.LocationOptions.ClientOptions;
import io.sluice.config.model.LocationOptions.ErrorPage;
import io.sluice.config.model.LocationOptions.RequestLimit;
import io.sluice.config.model.LocationOptions.ResponseOptions.ServerTokens;
import io.sluice.config.model.StreamServerConfig.ConnectionLimits;
import io.sluice.config.model.TlsClientConfig;
import io.sluice.http.files.ContentTypes;
import io.sluice.http.files.Expiry;
import io.sluice.http.files.FileChoice;
import io.sluice.http.files.FileLookup;
import io.sluice.http.files.FilePaths;
import io.sluice.http.files.HttpDate;
import io.sluice.http.routing.ResponseRewrites;
import io.sluice.log.AccessLogs;
import io.sluice.log.TwoStepLogs;
import io.sluice.route.AccessRules;
import io.sluice.route.RealAddress;
import io.sluice.route.RequestLimits;
import io.sluice.route.SessionLimits;
import io.sluice.session.ErrorSink;
import io.sluice.tls.UpstreamTls;
import io.sluice.variable.ByteText;
import io.sluice.variable.Template;
import io.sluice.variable.VariableTable;

/// What a location says, compiled: attached to each location, each server and each body of an `if`. Immutable.
final class LocationSettings {

    /// An `error_page`, compiled.
    record ErrorAnswer(ErrorPage page, Template uri) {}

    private final LocationOptions options;

    private final AccessRules access;

    private final AccessRules exceptAccess;

    private final SessionLimits connections;

    private final List<Template> connectionKeys;

    private final RequestLimits requests;

    private final List<Template> requestKeys;

    private final RealAddress realAddress;

    private final AccessLogs accessLogs;

    /// Null: lines can be begun at their end only.
    private final @Nullable TwoStepLogs upgradedLogs;

    private final ErrorSink errors;

    private final List<FieldTemplate> headers;

    private final List<FieldTemplate> trailers;

    private final List<ErrorAnswer> errorAnswers;

    private final @Nullable Expiry expiry;

    private final @Nullable ProxyPlan proxy;

    /// `proxy_pass_header` has the peer's own passed.
    private final boolean passesServer;

    private final boolean passesDate;

    private final boolean showsVersion;

    /// Announced by `Keep-Alive`; 0: not.
    private final long keepAliveSeconds;

    private final long keepAliveNanos;

    private final long keepAliveTimeNanos;

    private final long bodyNanos;

    private final long sendNanos;

    private final FilePaths paths;

    private final FileLookup lookup;

    private final @Nullable FileChoice choice;

    private final ContentTypes types;

    private final Rate rate;

    private final Rate rateAfter;

    private LocationSettings(
            LocationConfig config, HttpServers.Parts parts, Map<String, LimitConnZoneConfig> connectionZones,
            Map<String, LimitReqZoneConfig> requestZones, Function<TlsClientConfig, @Nullable UpstreamTls> tls) {
        VariableTable variables = parts.variables();
        this.options = config.options();
        AccessOptions who = options.access();
        this.access = AccessRules.compile(who.rules());
        this.exceptAccess = AccessRules.compile(who.exceptRules());
        List<SessionLimits.Limit> limits = new ArrayList<>();
        List<Template> keys = new ArrayList<>();
        for (ConnectionLimits.Limit limit : who.connections().limits()) {
            LimitConnZoneConfig zone = known(connectionZones.get(limit.zone()), limit.zone());
            limits.add(new SessionLimits.Limit(parts.limitZones().zone(zone), limit.connections()));
            keys.add(variables.compile(zone.key()));
        }
        this.connections = limits.isEmpty() ? SessionLimits.NONE : new SessionLimits(limits);
        this.connectionKeys = List.copyOf(keys);
        List<RequestLimits.Limit> rates = new ArrayList<>();
        List<Template> rateKeys = new ArrayList<>();
        for (RequestLimit limit : who.requests()) {
            LimitReqZoneConfig zone = known(requestZones.get(limit.zone()), limit.zone());
            rates.add(new RequestLimits.Limit(
                    parts.rateZones().zone(zone), zone.milliRate(), limit.burst(), limit.delayAfter()));
            rateKeys.add(variables.compile(zone.key()));
        }
        this.requests = rates.isEmpty() ? RequestLimits.NONE : new RequestLimits(rates);
        this.requestKeys = List.copyOf(rateKeys);
        this.realAddress = RealAddress.of(who.realIp());
        this.accessLogs = parts.logs().accessLogs(options.accessLogs());
        this.upgradedLogs = TwoStepLogs.of(accessLogs, variables, UpgradedSession.CHANGING);
        this.errors = parts.logs().errors(options.errorLogs());
        this.headers = headers(options.response().headers(), variables);
        this.trailers = headers(options.response().trailers(), variables);
        this.errorAnswers = options.response().errorPages().stream()
                .map(page -> new ErrorAnswer(page, variables.compile(page.uri())))
                .toList();
        this.expiry = options.response().expires()
                .map(expires -> Expiry.of(expires, variables::compile, ZoneId.systemDefault()))
                .orElse(null);
        this.proxy = config.handler() instanceof LocationHandler.Files
                ? null
                : new ProxyPlan(
                        config.handler(), options.proxy(), options.client().tcpNodelay(), variables,
                        ResponseRewrites.compile(config, name(config), variables),
                        needsTls(config.handler()) ? tls.apply(options.proxy().tls()) : null);
        this.passesServer = proxy != null && proxy.passes("server");
        this.passesDate = proxy != null && proxy.passes("date");
        this.showsVersion = options.response().serverTokens() != ServerTokens.OFF;
        ClientOptions client = options.client();
        this.keepAliveSeconds = client.keepAliveHeader().map(Duration::toSeconds).orElse(0L);
        this.keepAliveNanos = TimeUnit.NANOSECONDS.convert(client.keepAliveTimeout());
        this.keepAliveTimeNanos = TimeUnit.NANOSECONDS.convert(client.keepAliveTime());
        this.bodyNanos = TimeUnit.NANOSECONDS.convert(client.bodyTimeout());
        this.sendNanos = TimeUnit.NANOSECONDS.convert(client.sendTimeout());
        this.paths = FilePaths.of(options.files(), options.files().declaredIn(), variables::compile, parts.base());
        this.lookup = new FileLookup(options.files(), paths, variables::compile);
        this.choice = options.files().tryFiles()
                .map(files -> new FileChoice(files, paths, variables::compile))
                .orElse(null);
        this.rate = Rate.compile(options.client().limitRate(), variables);
        this.rateAfter = Rate.compile(options.client().limitRateAfter(), variables);
        this.types = new ContentTypes(options.files().types(), options.files().defaultType());
    }

    /// Compiles a location.
    static LocationSettings compile(
            LocationConfig config, HttpServers.Parts parts, Map<String, LimitConnZoneConfig> connectionZones,
            Map<String, LimitReqZoneConfig> requestZones, Function<TlsClientConfig, @Nullable UpstreamTls> tls) {
        return new LocationSettings(config, parts, connectionZones, requestZones, tls);
    }

    /// What `proxy_pass` replaces: the prefix of a location, as bytes.
    private static String name(LocationConfig config) {
        return switch (config.match()) {
            case LocationConfig.Match.Exact(String uri) -> ByteText.of(uri);
            case LocationConfig.Match.Prefix(String uri, boolean _) -> ByteText.of(uri);
            default -> "";
        };
    }

    private static boolean needsTls(LocationHandler handler) {
        return switch (handler) {
            case LocationHandler.ProxyPass pass -> pass.tls();
            case LocationHandler.ComputedProxyPass computed -> !computed.url().toString().startsWith("http://");
            case LocationHandler.Files _ -> false;
        };
    }

    private static <Z> Z known(@Nullable Z zone, String name) {
        if (zone == null) {
            throw new IllegalStateException("the binder let pass an unknown zone " + name);
        }
        return zone;
    }

    private static List<FieldTemplate> headers(List<AddedHeader> added, VariableTable variables) {
        return added.stream()
                .map(header -> new FieldTemplate(header.name(), variables.compile(header.value()), header.always()))
                .toList();
    }

    LocationOptions options() {
        return options;
    }

    AccessRules access() {
        return access;
    }

    AccessRules exceptAccess() {
        return exceptAccess;
    }

    SessionLimits connections() {
        return connections;
    }

    List<Template> connectionKeys() {
        return connectionKeys;
    }

    RequestLimits requests() {
        return requests;
    }

    List<Template> requestKeys() {
        return requestKeys;
    }

    RealAddress realAddress() {
        return realAddress;
    }

    AccessLogs accessLogs() {
        return accessLogs;
    }

    /// What an [UpgradedSession] writes at its end; null: only its exchange can tell.
    @Nullable TwoStepLogs upgradedLogs() {
        return upgradedLogs;
    }

    ErrorSink errors() {
        return errors;
    }

    /// Null: files.
    @Nullable ProxyPlan proxy() {
        return proxy;
    }

    FilePaths paths() {
        return paths;
    }

    FileLookup lookup() {
        return lookup;
    }

    /// `try_files`.
    @Nullable FileChoice choice() {
        return choice;
    }

    ContentTypes types() {
        return types;
    }

    /// `limit_rate`, unless `set $limit_rate` said otherwise.
    long rate(Exchange exchange) {
        String set = exchange.limitRate();
        return set == null ? rate.bytes(exchange) : Rate.parse(set);
    }

    /// How fast a response that begins now may go.
    Pace pace(Exchange exchange) {
        long bytes = rate(exchange);
        return bytes == 0 ? Pace.FREE : new Pace(bytes, rateAfter.bytes(exchange), exchange.now());
    }

    /// The `error_page` for a status; null: there is none.
    @Nullable ErrorAnswer errorAnswer(int status) {
        for (int i = 0; i < errorAnswers.size(); i++) {
            if (errorAnswers.get(i).page().statuses().contains(status)) {
                return errorAnswers.get(i);
            }
        }
        return null;
    }

    /// Whether an `error_page` takes the place of such a response of a peer.
    boolean intercepts(int status) {
        return errorAnswer(status) != null;
    }

    /// Adds `expires` and `add_header`.
    void addFields(Exchange exchange, ResponseHead head) {
        boolean usual = Expiry.appliesTo(head.status);
        if (expiry != null && usual) {
            Expiry.Freshness freshness = expiry.at(
                    exchange, Math.floorDiv(exchange.resources().clock().wallMillis(), 1000), HttpDate.UNKNOWN);
            if (freshness != null) {
                head.add("Expires", freshness.expires());
                head.add("Cache-Control", freshness.cacheControl());
            }
        }
        for (int i = 0; i < headers.size(); i++) {
            FieldTemplate field = headers.get(i);
            if (usual || field.always()) {
                head.add(field.name(), field.value().evaluate(exchange));
            }
        }
    }

    /// Whether `add_trailer` has something for a response of this status.
    boolean hasTrailers(int status) {
        boolean usual = Expiry.appliesTo(status);
        for (int i = 0; i < trailers.size(); i++) {
            if (usual || trailers.get(i).always()) {
                return true;
            }
        }
        return false;
    }

    /// Adds `add_trailer`.
    void addTrailers(Exchange exchange, int status, ResponseWriter to) {
        boolean usual = Expiry.appliesTo(status);
        for (int i = 0; i < trailers.size(); i++) {
            FieldTemplate field = trailers.get(i);
            if (usual || field.always()) {
                to.trailer(field.name(), field.value().evaluate(exchange));
            }
        }
    }

    /// What frames a response to this exchange.
    HeadEncoder.Frame frame(Exchange exchange, ResponseHead head, boolean keepAlive) {
        WorkerHttp worker = exchange.session().worker();
        boolean own = head.upstream == null;
        return new HeadEncoder.Frame(
                own || !passesServer ? worker.name().text(showsVersion) : null,
                own || !passesDate ? worker.date() : null, keepAlive, keepAliveSeconds);
    }

    private ClientOptions client() {
        return options.client();
    }

    long keepAliveNanos() {
        return keepAliveNanos;
    }

    long keepAliveTimeNanos() {
        return keepAliveTimeNanos;
    }

    long bodyNanos() {
        return bodyNanos;
    }

    long sendNanos() {
        return sendNanos;
    }

    /// 0: any.
    long maxBodyBytes() {
        return client().maxBody().bytes();
    }

    long bodyBufferBytes() {
        return client().bodyBuffer().bytes();
    }
}

package io.sluice.variable;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

import io.sluice.config.model.ByteSize;
import io.sluice.config.model.GeoConfig;
import io.sluice.config.model.HttpConfig;
import io.sluice.config.model.HttpProxyOptions;
import io.sluice.config.model.HttpServerConfig;
import io.sluice.config.model.HttpServerConfig.ServerName;
import io.sluice.config.model.LocationConfig;
import io.sluice.config.model.LocationOptions;
import io.sluice.config.model.LogLevel;
import io.sluice.config.model.MapConfig;
import io.sluice.config.model.Position;
import io.sluice.config.model.RateConfig;
import io.sluice.config.model.ResolverOptions;
import io.sluice.config.model.RewriteStep;
import io.sluice.config.model.SplitClientsConfig;
import io.sluice.config.model.StreamServerConfig;
import io.sluice.config.model.TemplateConfig;
import io.sluice.config.model.TlsClientConfig;

/// An `http` block of one server, for tests of what names it defines. Used during start-up only.
public final class HttpConfigs {

    private final List<MapConfig> maps = new ArrayList<>();

    private final List<GeoConfig> geos = new ArrayList<>();

    private final List<SplitClientsConfig> splits = new ArrayList<>();

    private final List<ServerName> names = new ArrayList<>();

    private final List<RewriteStep> script = new ArrayList<>();

    private final List<LocationConfig> locations = new ArrayList<>();

    private HttpProxyOptions proxy = proxy(new HttpProxyOptions.Redirect.Off(), List.of(), List.of(), List.of());

    public HttpConfigs map(MapConfig map) {
        maps.add(map);
        return this;
    }

    public HttpConfigs geo(GeoConfig geo) {
        geos.add(geo);
        return this;
    }

    public HttpConfigs split(SplitClientsConfig split) {
        splits.add(split);
        return this;
    }

    /// `server_name ~pattern`.
    public HttpConfigs name(String pattern) {
        names.add(new ServerName.Regex(Position.NONE, pattern));
        return this;
    }

    /// A step of the server's own script.
    public HttpConfigs step(RewriteStep step) {
        script.add(step);
        return this;
    }

    public HttpConfigs location(LocationConfig location) {
        locations.add(location);
        return this;
    }

    public HttpConfigs proxy(HttpProxyOptions options) {
        proxy = options;
        return this;
    }

    public HttpConfig build() {
        LocationConfig root = new LocationConfig(
                Position.NONE, new LocationConfig.Match.Server(), script, new LocationConfig.LocationHandler.Files(),
                options(proxy), locations);
        HttpServerConfig server = new HttpServerConfig(
                Position.NONE, names, List.of(), HttpServerConfig.ConnectionOptions.DEFAULT, Optional.empty(), root);
        return new HttpConfig(List.of(server), Map.of(), maps, geos, splits, List.of(), List.of(), Map.of());
    }

    /// A location with nginx's defaults.
    public static LocationConfig location(
            LocationConfig.Match match, List<RewriteStep> script, LocationConfig... nested) {
        return new LocationConfig(
                Position.NONE, match, script, new LocationConfig.LocationHandler.Files(),
                options(proxy(new HttpProxyOptions.Redirect.Off(), List.of(), List.of(), List.of())),
                List.of(nested));
    }

    public static RewriteStep set(String variable, String value) {
        return new RewriteStep.Set(Position.NONE, variable, Configs.template(value));
    }

    public static RewriteStep rewrite(String pattern, String replacement) {
        return new RewriteStep.Rewrite(
                Position.NONE, pattern, Configs.template(replacement), true, RewriteStep.Rewrite.Flag.NONE);
    }

    /// nginx's defaults but for what rewrites a response's head.
    public static HttpProxyOptions proxy(
            HttpProxyOptions.Redirect redirect, List<HttpProxyOptions.CookieRule> domains,
            List<HttpProxyOptions.CookieRule> paths, List<HttpProxyOptions.CookieFlags> flags) {
        return new HttpProxyOptions(
                false, Optional.empty(), List.of(), true, true, Optional.empty(), Set.of(), Set.of(), Set.of(), redirect,
                domains, paths, flags, true, true, new ByteSize(4096), 8, new ByteSize(4096), ByteSize.ZERO,
                Duration.ofSeconds(60), Duration.ofSeconds(60), Duration.ofSeconds(60), Set.of(), 0, Duration.ZERO, false,
                false, new StreamServerConfig.BindConfig.Off(), false, OptionalInt.empty(), OptionalInt.empty(),
                RateConfig.UNLIMITED, false, HttpProxyOptions.Upgrade.OFF, TlsClientConfig.DEFAULT,
                ResolverOptions.NONE);
    }

    private static LocationOptions options(HttpProxyOptions proxy) {
        Duration minute = Duration.ofSeconds(60);
        return new LocationOptions(
                new LocationOptions.AccessOptions(
                        List.of(), false, StreamServerConfig.ConnectionLimits.NONE, 503, List.of(), 503, LogLevel.ERROR, false,
                        false, Set.of(), List.of(), LocationOptions.RealIp.NOBODY),
                new LocationOptions.ClientOptions(
                        new ByteSize(1 << 20), new ByteSize(16384), minute, minute, minute, Optional.empty(), 1000, minute,
                        LocationOptions.ClientOptions.LingeringClose.ON, minute, minute, RateConfig.UNLIMITED,
                        RateConfig.UNLIMITED, false, true),
                new LocationOptions.FileOptions(
                        TemplateConfig.literal(Position.NONE, "html"), false, new LocationConfig.Match.Server(), List.of(), Optional.empty(), Map.of(),
                        "text/plain", false, true, LocationOptions.FileOptions.IfModifiedSince.EXACT, OptionalInt.empty(),
                        true),
                new LocationOptions.ResponseOptions(
                        List.of(), List.of(), Optional.empty(), List.of(), false,
                        LocationOptions.ResponseOptions.ServerTokens.ON, true, true, false, true, true),
                proxy, List.of(), List.of());
    }
}

package io.sluice.http.routing;

import io.sluice.config.model.LocationConfig;
import io.sluice.config.model.LocationConfig.LocationHandler;
import io.sluice.config.model.LocationConfig.Match;
import io.sluice.variable.ByteText;

/// One location, compiled; the server itself is one, and so is the body of an `if`. Immutable.
///
/// @param <T> what the caller attaches to each: its own compiled options
public final class Location<T> {

    private final LocationConfig config;

    private final T attachment;

    private final String name;

    private final boolean slashRedirect;

    private final LocationTable<T> nested;

    private final RewriteScript<T> script;

    private final Routed.Continue<T> continued;

    private Location(
            LocationConfig config, String name, boolean insideExpression, RoutingCompiler<T> compiler) {
        this.config = config;
        this.attachment = compiler.attach().apply(config);
        this.name = name;
        this.slashRedirect = false;
        this.nested = LocationTable.compile(
                config.nested(), insideExpression || config.match() instanceof Match.Regex, compiler);
        this.script = RewriteScript.compile(config.script(), name, config.match() instanceof Match.Server, compiler);
        this.continued = new Routed.Continue<>(this);
    }

    /// The redirect to a location whose name lacks its slash in the request.
    private Location(Location<T> target) {
        this.config = target.config;
        this.attachment = target.attachment;
        this.name = target.name;
        this.slashRedirect = true;
        this.nested = target.nested;
        this.script = target.script;
        this.continued = target.continued;
    }

    /// Compiles a server with all its locations.
    ///
    /// @throws io.sluice.variable.InvalidVariableException when one names an unknown variable, or an expression does not
    ///     compile
    static <T> Location<T> server(LocationConfig root, RoutingCompiler<T> compiler) {
        return new Location<>(root, "", false, compiler);
    }

    /// Compiles a location of a level.
    ///
    /// @param insideExpression whether an expression is among the locations around it
    static <T> Location<T> ofLevel(LocationConfig config, boolean insideExpression, RoutingCompiler<T> compiler) {
        String name = switch (config.match()) {
            case Match.Exact(String uri) -> ByteText.of(uri);
            case Match.Prefix(String uri, boolean _) -> ByteText.of(uri);
            case Match.Regex _, Match.Named _, Match.Server _, Match.Conditional _ -> "";
        };
        return new Location<>(config, name, insideExpression, compiler);
    }

    /// Compiles the body of an `if` that stands in the location called `name`.
    static <T> Location<T> conditional(LocationConfig body, String name, RoutingCompiler<T> compiler) {
        return new Location<>(body, name, false, compiler);
    }

    /// What it was compiled from.
    public LocationConfig config() {
        return config;
    }

    /// What the caller has attached.
    public T attachment() {
        return attachment;
    }

    /// The URI or prefix it is for, as bytes; empty for the server, for an expression and for a named location. `alias` and a
    /// `proxy_pass` with a URI replace this much of the request's path. The body of an `if` has the name of the location
    /// around it.
    public String name() {
        return name;
    }

    LocationTable<T> nested() {
        return nested;
    }

    RewriteScript<T> script() {
        return script;
    }

    Routed.Continue<T> continued() {
        return continued;
    }

    boolean isInternal() {
        return config.options().access().internal();
    }

    /// Whether a path that lacks the slash at the end of the name is redirected here: what is proxied is a directory.
    boolean addsSlash() {
        return name.endsWith("/")
                && (config.handler() instanceof LocationHandler.ProxyPass
                        || config.handler() instanceof LocationHandler.ComputedProxyPass);
    }

    /// This location in the role of the redirect to it.
    Location<T> slashRedirect() {
        return new Location<>(this);
    }

    /// Whether the path was the name without its slash: the answer is a redirect.
    boolean isSlashRedirect() {
        return slashRedirect;
    }
}

package io.sluice.http.routing;

import java.util.function.Function;

import org.jspecify.annotations.Nullable;

import io.sluice.config.model.HttpServerConfig;
import io.sluice.config.model.LocationConfig;
import io.sluice.variable.VariableTable;

/// A server's locations and scripts: takes a request to the location that answers it. Immutable.
///
/// The server's script runs first, then a location is found and its script runs, over again while a script changes the URI.
///
///     Routed<T> routed = routing.route(exchange);
///     switch (routed) { case Continue(var location) -> proxy(location); ... }
///
/// @param <T> what is attached to a location
public final class Routing<T> {

    private static final int NOT_FOUND = 404;

    private static final int MOVED_PERMANENTLY = 301;

    private static final int INTERNAL_SERVER_ERROR = 500;

    private final Location<T> server;

    private Routing(Location<T> server) {
        this.server = server;
    }

    /// Compiles the locations and scripts of a server.
    ///
    /// @param attach makes what is attached to a location; asked once for the server, each location and each body of an `if`
    /// @throws io.sluice.variable.InvalidVariableException when one names an unknown variable, or an expression does not
    ///     compile
    public static <T> Routing<T> compile(
            HttpServerConfig config, VariableTable variables, Function<LocationConfig, T> attach) {
        return new Routing<>(Location.server(config.root(), new RoutingCompiler<>(variables, attach)));
    }

    /// The server itself as a location.
    public Location<T> server() {
        return server;
    }

    /// The way of a request whose target was just read.
    public Routed<T> route(RewriteTarget<T> request) {
        if (!server.script().isEmpty()) {
            Routed<T> routed = server.script().run(request, server);
            if (!(routed instanceof Routed.Continue)) {
                return routed;
            }
        }
        return follow(request, locate(request));
    }

    /// An internal redirect (`error_page`, `try_files`, `index`) to a URI with arguments behind a question mark.
    public Routed<T> redirect(RewriteTarget<T> request, String uri) {
        int question = uri.indexOf('?');
        return question < 0
                ? redirect(request, uri, "")
                : redirect(request, uri.substring(0, question), uri.substring(question + 1));
    }

    /// As the other, with the arguments apart.
    public Routed<T> redirect(RewriteTarget<T> request, String path, String args) {
        if (!request.target().countChange()) {
            return new Routed.TooManyCycles<>(server);
        }
        request.target().redirected(path, args);
        return route(request);
    }

    /// A redirect to a named location, whose name stands without the sign. One that does not exist is an error of the server.
    public Routed<T> redirectToNamed(RewriteTarget<T> request, String name) {
        if (!request.target().countChange()) {
            return new Routed.TooManyCycles<>(server);
        }
        Location<T> location = server.nested().named(name);
        if (location == null || request.target().path().isEmpty()) {
            return new Routed.Respond<>(server, INTERNAL_SERVER_ERROR, null);
        }
        request.target().named();
        return follow(request, location.script().run(request, location));
    }

    /// Looks for locations as long as scripts change the URI.
    private Routed<T> follow(RewriteTarget<T> request, Routed<T> first) {
        Routed<T> routed = first;
        while (routed instanceof Routed.Continue && request.target().isChanged()) {
            if (!request.target().countChange()) {
                return new Routed.TooManyCycles<>(routed.location());
            }
            routed = locate(request);
        }
        return routed;
    }

    /// Finds the location for the URI as it is now, and runs its script.
    private Routed<T> locate(RewriteTarget<T> request) {
        request.target().locating();
        Location<T> found = server.nested().find(request.target().path(), request);
        Location<T> location = found == null ? server : found;
        Routed<T> refused = refused(location, request);
        if (refused != null) {
            return refused;
        }
        // The server's own script has run already.
        return found == null ? server.continued() : location.script().run(request, location);
    }

    private @Nullable Routed<T> refused(Location<T> location, RewriteTarget<T> request) {
        RequestTarget target = request.target();
        if (location.isInternal() && !target.isInternal()) {
            return new Routed.Respond<>(location, NOT_FOUND, null);
        }
        int status = request.refusal(location);
        if (status != 0) {
            return new Routed.Respond<>(location, status, null);
        }
        if (location.isSlashRedirect()) {
            String url = UriEscaping.PATH.escape(location.name());
            String withArgs = target.args().isEmpty() ? url : url + '?' + target.args();
            return new Routed.Redirect<>(location, MOVED_PERMANENTLY, UriEscaping.CONTROLS.escape(withArgs));
        }
        return null;
    }
}

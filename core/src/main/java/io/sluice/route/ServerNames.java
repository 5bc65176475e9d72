package io.sluice.route;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import io.sluice.config.model.HttpServerConfig.ServerName;
import io.sluice.variable.ByteText;
import io.sluice.variable.CapturingExpression;
import io.sluice.variable.VariableSource;
import io.sluice.variable.VariableTable;

/// Which of the servers of one address a name means. Immutable.
///
/// In nginx's order: the name itself, the longest `*.example.com`, the longest `mail.*`, the first expression that matches, the
/// default server. Where two servers have the same name the first has it. Names without wildcards cost one look-up.
///
/// @param <S> what a server is to the caller
public final class ServerNames<S> {

    private final S defaultServer;

    private final Map<String, S> exact;

    private final Map<String, Below<S>> suffixes;

    private final Map<String, S> prefixes;

    private final List<Expression<S>> expressions;

    private ServerNames(Builder<S> builder) {
        this.defaultServer = builder.defaultServer;
        this.exact = Map.copyOf(builder.exact);
        this.suffixes = Map.copyOf(builder.suffixes);
        this.prefixes = Map.copyOf(builder.prefixes);
        this.expressions = List.copyOf(builder.expressions);
    }

    /// The server of a request. What an expression captured becomes the source's.
    ///
    /// @param name in lower case; empty when the request names none
    public S find(String name, VariableSource source) {
        return search(name, source);
    }

    /// The server of a TLS handshake, in which nothing is captured.
    ///
    /// @param name in lower case; empty without SNI
    public S find(String name) {
        return search(name, null);
    }

    private S search(String name, @Nullable VariableSource source) {
        S server = exact.get(name);
        if (server == null && !suffixes.isEmpty()) {
            server = bySuffix(name);
        }
        if (server == null && !prefixes.isEmpty()) {
            server = byPrefix(name);
        }
        if (server == null && !name.isEmpty()) {
            server = byExpression(name, source);
        }
        return server == null ? defaultServer : server;
    }

    private @Nullable S bySuffix(String name) {
        Below<S> whole = suffixes.get(name);
        if (whole != null && whole.bare != null) {
            return whole.bare;
        }
        for (int dot = name.indexOf('.'); dot >= 0; dot = name.indexOf('.', dot + 1)) {
            Below<S> suffix = suffixes.get(name.substring(dot + 1));
            if (suffix != null) {
                return suffix.below;
            }
        }
        return null;
    }

    private @Nullable S byPrefix(String name) {
        for (int dot = name.lastIndexOf('.'); dot >= 0; dot = name.lastIndexOf('.', dot - 1)) {
            S server = prefixes.get(name.substring(0, dot));
            if (server != null) {
                return server;
            }
        }
        return null;
    }

    private @Nullable S byExpression(String name, @Nullable VariableSource source) {
        for (int i = 0; i < expressions.size(); i++) {
            Expression<S> expression = expressions.get(i);
            if (source == null ? expression.pattern.matches(name) : expression.pattern.matches(name, source)) {
                return expression.server;
            }
        }
        return null;
    }

    /// The servers of `.example.com` for the name itself and for names below it.
    private record Below<S>(@Nullable S bare, S below) {}

    private record Expression<S>(CapturingExpression pattern, S server) {}

    /// Collects the names of servers, in the order of the configuration. Used during start-up only.
    public static final class Builder<S> {

        private final S defaultServer;

        private final VariableTable variables;

        private final Map<String, S> exact = new HashMap<>();

        private final Map<String, Below<S>> suffixes = new HashMap<>();

        private final Map<String, S> prefixes = new HashMap<>();

        private final List<Expression<S>> expressions = new ArrayList<>();

        public Builder(S defaultServer, VariableTable variables) {
            this.defaultServer = defaultServer;
            this.variables = variables;
        }

        /// Adds a server's names; a server without any has the empty name.
        ///
        /// @throws io.sluice.variable.InvalidVariableException when an expression does not compile
        public Builder<S> add(List<ServerName> names, S server) {
            if (names.isEmpty()) {
                exact.putIfAbsent("", server);
            }
            for (ServerName name : names) {
                switch (name) {
                    case ServerName.Exact(var _, String text) -> exact.putIfAbsent(normalized(text), server);
                    case ServerName.Prefix(var _, String text) -> prefixes.putIfAbsent(normalized(text), server);
                    case ServerName.Suffix(var _, String text, boolean matchesBare) ->
                        suffixes.merge(normalized(text), new Below<>(matchesBare ? server : null, server),
                                (old, added) -> new Below<>(old.bare == null ? added.bare : old.bare, old.below));
                    case ServerName.Regex(var position, String pattern) -> expressions.add(new Expression<>(
                            variables.expression(pattern, true, position), server));
                }
            }
            return this;
        }

        public ServerNames<S> build() {
            return new ServerNames<>(this);
        }

        private static String normalized(String name) {
            return ByteText.of(name.toLowerCase(Locale.ROOT));
        }
    }
}

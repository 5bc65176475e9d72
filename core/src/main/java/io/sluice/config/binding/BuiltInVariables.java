package io.sluice.config.binding;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

import io.sluice.session.FieldVariable;
import io.sluice.session.HttpVariable;
import io.sluice.session.StreamVariable;
import io.sluice.session.Variable;

/// The variables that a module has of its own. Immutable.
enum BuiltInVariables {
    STREAM {
        @Override
        Optional<Variable> byName(String name) {
            return StreamVariable.byName(name).<Variable>map(v -> v).or(() -> FieldVariable.ofStream(name));
        }

        @Override
        Stream<? extends Variable> named() {
            return Arrays.stream(StreamVariable.values());
        }

        @Override
        boolean mayBeDefined(String name) {
            return byName(name).isEmpty();
        }
    },
    HTTP {
        @Override
        Optional<Variable> byName(String name) {
            return HttpVariable.byName(name);
        }

        @Override
        Stream<? extends Variable> named() {
            return Arrays.stream(HttpVariable.values());
        }

        /// Most names of a family may be defined, which hides the field; nginx keeps some for itself.
        @Override
        boolean mayBeDefined(String name) {
            boolean own = Arrays.stream(HttpVariable.values()).anyMatch(v -> v.variableName().equals(name));
            return CHANGEABLE.contains(name) || !(own || KEPT_FIELDS.contains(name) || isTlv(name));
        }
    };

    /// Built in, but `set` and `map` may give them a value.
    private static final Set<String> CHANGEABLE = Set.of("args", "limit_rate");

    /// Fields that nginx has variables for beside the families.
    private static final Set<String> KEPT_FIELDS = Set.copyOf(List.of(
            "http_host", "http_user_agent", "http_referer", "http_via", "http_x_forwarded_for", "http_cookie",
            "sent_http_content_type", "sent_http_content_length", "sent_http_location", "sent_http_last_modified",
            "sent_http_connection", "sent_http_keep_alive", "sent_http_transfer_encoding", "sent_http_cache_control",
            "sent_http_link"));

    /// The variable called `name`, without regard to case.
    abstract Optional<Variable> byName(String name);

    /// Those that have a name of their own.
    abstract Stream<? extends Variable> named();

    /// Whether a configuration may define a variable of this name, given in lower case.
    abstract boolean mayBeDefined(String name);

    /// Whether it is one TLV of a PROXY protocol header.
    private static boolean isTlv(String name) {
        return name.toLowerCase(Locale.ROOT).startsWith(StreamVariable.PROXY_PROTOCOL_TLV_PREFIX);
    }
}

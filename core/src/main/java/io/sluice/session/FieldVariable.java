package io.sluice.session;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// A variable of the http module whose name tells what it reads: `$http_user_agent`, `$arg_page`. Immutable.
///
/// @param key what is read, in lower case: a field's name with hyphens (`user-agent`), or an argument's or cookie's name
public record FieldVariable(Family family, String key) implements Variable {

    /// What names begin with. Longer prefixes stand before those they begin with.
    public enum Family {
        UPSTREAM_HTTP("upstream_http_", "A field of the response that the peer sent."),
        UPSTREAM_TRAILER("upstream_trailer_", "A trailer field of the response that the peer sent."),
        UPSTREAM_COOKIE("upstream_cookie_", "A cookie that the peer set."),
        SENT_HTTP("sent_http_", "A field of the response that is sent."),
        SENT_TRAILER("sent_trailer_", "A trailer field of the response that is sent."),
        PROXY_PROTOCOL_TLV("proxy_protocol_tlv_", "A field of the PROXY protocol header, `alpn`, `ssl_cn` or `0xNN`."),
        HTTP("http_", "A field of the request."),
        ARG("arg_", "An argument of the request line."),
        COOKIE("cookie_", "A cookie of the request.");

        private final String prefix;

        private final String sentence;

        Family(String prefix, String sentence) {
            this.prefix = prefix;
            this.sentence = sentence;
        }

        /// What the name of a variable of this family begins with.
        public String prefix() {
            return prefix;
        }

        /// One sentence about the values.
        public String sentence() {
            return sentence;
        }

        private boolean namesFields() {
            return switch (this) {
                case ARG, COOKIE, UPSTREAM_COOKIE, PROXY_PROTOCOL_TLV -> false;
                case UPSTREAM_HTTP, UPSTREAM_TRAILER, SENT_HTTP, SENT_TRAILER, HTTP -> true;
            };
        }
    }

    private static final List<Family> FAMILIES = List.copyOf(Arrays.asList(Family.values()));

    /// The variable called `name` (no dollar sign); empty when the name begins like none.
    public static Optional<FieldVariable> byName(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        for (Family family : FAMILIES) {
            if (lower.startsWith(family.prefix) && lower.length() > family.prefix.length()) {
                String key = lower.substring(family.prefix.length());
                return Optional.of(new FieldVariable(family, family.namesFields() ? key.replace('_', '-') : key));
            }
        }
        return Optional.empty();
    }

    /// As [#byName], of the only family that the stream module has.
    public static Optional<Variable> ofStream(String name) {
        return byName(name).filter(field -> field.family == Family.PROXY_PROTOCOL_TLV).map(field -> field);
    }

    @Override
    public String variableName() {
        return family.prefix + (family.namesFields() ? key.replace('-', '_') : key);
    }

    @Override
    public String sentence() {
        return family.sentence;
    }

    @Override
    public boolean available() {
        return true;
    }
}

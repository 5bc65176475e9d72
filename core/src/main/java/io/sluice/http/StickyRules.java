package io.sluice.http;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import io.sluice.config.model.TemplateConfig;
import io.sluice.config.model.UpstreamConfig;
import io.sluice.config.model.UpstreamConfig.Sticky;
import io.sluice.variable.Template;
import io.sluice.variable.VariableSource;
import io.sluice.variable.VariableTable;

/// The variables of one group's `sticky`, compiled. Immutable.
///
/// <https://nginx.org/en/docs/http/ngx_http_upstream_module.html#sticky>
final class StickyRules {

    private static final Set<String> SAME_SITE = Set.of("strict", "lax", "none");

    private static final String STRICTEST = "strict";

    private final List<Template> lookups;

    private final List<Template> creations;

    /// Null unless the group sets a cookie.
    private final Sticky.@Nullable Cookie cookie;

    private final @Nullable Template domain;

    private final @Nullable Template sameSite;

    private final boolean learnsFromHead;

    private StickyRules(Sticky sticky, VariableTable variables) {
        this.cookie = sticky instanceof Sticky.Cookie setting ? setting : null;
        this.lookups = compile(lookups(sticky), variables);
        Sticky.Learn learn = sticky instanceof Sticky.Learn learning ? learning : null;
        this.creations = learn == null ? List.of() : compile(learn.create(), variables);
        this.learnsFromHead = learn != null && learn.header();
        this.domain = cookie == null ? null : cookie.domain().map(variables::compile).orElse(null);
        this.sameSite = cookie == null ? null : cookie.sameSite().map(variables::compile).orElse(null);
    }

    /// Compiles those of all groups that have some, by the group's name.
    static Map<String, StickyRules> compile(Iterable<UpstreamConfig> groups, VariableTable variables) {
        Map<String, StickyRules> compiled = new HashMap<>();
        for (UpstreamConfig group : groups) {
            group.sticky().ifPresent(sticky -> compiled.put(group.name(), new StickyRules(sticky, variables)));
        }
        return Map.copyOf(compiled);
    }

    private static List<TemplateConfig> lookups(Sticky sticky) {
        return switch (sticky) {
            case Sticky.Cookie cookie -> List.of(new TemplateConfig(
                    cookie.position(), List.of(new TemplateConfig.Named("cookie_" + cookie.name(), cookie.position()))));
            case Sticky.Route route -> route.values();
            case Sticky.Learn learn -> learn.lookup();
        };
    }

    private static List<Template> compile(List<TemplateConfig> templates, VariableTable variables) {
        return templates.stream().map(variables::compile).toList();
    }

    /// What a request says of its session; empty: nothing.
    String lookUp(VariableSource request) {
        return first(lookups, request);
    }

    /// The session that a response begins; empty: none.
    String created(VariableSource request) {
        return first(creations, request);
    }

    private static String first(List<Template> templates, VariableSource source) {
        for (int i = 0; i < templates.size(); i++) {
            String value = templates.get(i).evaluate(source);
            if (!value.isEmpty()) {
                return value;
            }
        }
        return "";
    }

    /// Whether clients are told their peer by a cookie.
    boolean setsCookie() {
        return cookie != null;
    }

    /// Whether sessions are learned when the response's head is there, and not at its end.
    boolean learnsFromHead() {
        return learnsFromHead;
    }

    /// What follows value and expiry of the cookie, in nginx's order.
    String attributes(VariableSource request) {
        Sticky.Cookie setting = cookie;
        if (setting == null) {
            return "";
        }
        StringBuilder text = new StringBuilder();
        append(text, "; domain=", domain == null ? "" : domain.evaluate(request));
        text.append(setting.httpOnly() ? "; httponly" : "");
        text.append(setting.secure() ? "; secure" : "");
        String site = sameSite == null ? "" : sameSite.evaluate(request);
        append(text, "; samesite=", site.isEmpty() || SAME_SITE.contains(site.toLowerCase(Locale.ROOT)) ? site : STRICTEST);
        append(text, "; path=", setting.path());
        return text.toString();
    }

    private static void append(StringBuilder text, String name, String value) {
        if (!value.isEmpty()) {
            text.append(name).append(value);
        }
    }
}

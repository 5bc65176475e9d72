package io.sluice.config.binding;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

import io.sluice.config.model.AccessRuleConfig;
import io.sluice.config.model.LocationOptions.AccessOptions;
import io.sluice.config.model.LocationOptions.RealIp;
import io.sluice.config.model.LocationOptions.RequestLimit;
import io.sluice.config.model.LogLevel;
import io.sluice.config.model.StreamServerConfig.ConnectionLimits;

import static io.sluice.config.binding.Arity.*;
import static io.sluice.config.binding.Context.*;
import static io.sluice.config.binding.DirectiveSpec.row;

/// The directives of http about who may ask. Immutable.
final class HttpAccessDirectives {

    static final Listing<RequestLimit> REQUEST_LIMITS = new Listing<>();

    private static final Listing<AccessRuleConfig> TRUSTED = new Listing<>();

    private static final Setting<String> REAL_IP_HEADER = Setting.optional(new ValueType<>(
            "field | X-Real-IP | X-Forwarded-For | proxy_protocol",
            text -> Optional.of(text.toLowerCase(Locale.ROOT)), ValueType.INVALID_VALUE));

    private static final Setting<Boolean> REAL_IP_RECURSIVE = Setting.of(ValueType.FLAG, "off");

    private static final Setting<Boolean> SATISFY_ANY = Setting.of(
            ValueType.oneOf(any -> any ? "any" : "all", List.of(false, true)), "all");

    private static final Setting<Integer> CONNECTION_STATUS = Setting.of(ValueType.NUMBER, "503");

    private static final Setting<Integer> REQUEST_STATUS = Setting.of(ValueType.NUMBER, "503");

    private static final Setting<LogLevel> REQUEST_LOG_LEVEL = Setting.of(
            ValueType.oneOf(
                    LogLevel::label, List.of(LogLevel.INFO, LogLevel.NOTICE, LogLevel.WARN, LogLevel.ERROR)),
            "error");

    private static final Setting<Boolean> REQUEST_DRY_RUN = Setting.of(ValueType.FLAG, "off");

    private static final Setting<Boolean> INTERNAL = Setting.optional(ValueType.FLAG);

    private static final String WHO = "address | CIDR | unix: | all";

    static final List<DirectiveSpec> ROWS = List.of(
            row("allow").in(HTTP, HTTP_SERVER, HTTP_LOCATION, HTTP_LIMIT_EXCEPT).takes(ONE, WHO).repeatable()
                    .by(directive -> AccessRuleText.bind(directive, true))
                    .means("Admits requests; the first rule that matches decides."),
            row("deny").in(HTTP, HTTP_SERVER, HTTP_LOCATION, HTTP_LIMIT_EXCEPT).takes(ONE, WHO).repeatable()
                    .by(directive -> AccessRuleText.bind(directive, false))
                    .means("Refuses requests with 403; the first rule that matches decides."),
            row("satisfy").in(HTTP, HTTP_SERVER, HTTP_LOCATION).value(SATISFY_ANY)
                    .means("Whether all kinds of access control must admit a request, or any one."),
            row("internal").in(HTTP_LOCATION).takes(NONE, "").by(d -> d.scope().put(INTERNAL, true))
                    .means("Answers 404 unless an internal redirect led here."),
            row("limit_conn_zone").in(HTTP).since("1.1.8").takes(TWO, "key zone=name:size").repeatable()
                    .by(LimitText::zone)
                    .means("A table that counts requests being processed by key; an empty key is not counted."),
            row("limit_conn").in(HTTP, HTTP_SERVER, HTTP_LOCATION).takes(TWO, "zone number").repeatable()
                    .by(LimitText::limit)
                    .means("How many requests being processed may have the same key."),
            row("limit_conn_status").in(HTTP, HTTP_SERVER, HTTP_LOCATION).since("1.3.15").takes(ONE, "code")
                    .defaultsTo("503").by(d -> putStatus(d, CONNECTION_STATUS))
                    .means("Status of those above the limit."),
            row("limit_conn_log_level").in(HTTP, HTTP_SERVER, HTTP_LOCATION).since("0.8.18")
                    .value(StreamDirectives.LIMIT_LOG_LEVEL)
                    .means("Level of the line that reports a request above the limit."),
            row("limit_conn_dry_run").in(HTTP, HTTP_SERVER, HTTP_LOCATION).since("1.17.6")
                    .value(StreamDirectives.LIMIT_DRY_RUN)
                    .means("Counts and reports, but refuses nothing."),
            row("limit_req_zone").in(HTTP).takes(new Arity(3, 4, false), "key zone=name:size rate=rate").repeatable()
                    .by(LimitReqText::zone)
                    .means("A table of how often each key asked; an empty key is not counted."),
            row("limit_req").in(HTTP, HTTP_SERVER, HTTP_LOCATION)
                    .takes(ONE_TO_THREE, "zone=name [burst=number] [nodelay | delay=number]").repeatable()
                    .by(LimitReqText::limit)
                    .means("Delays requests that come too often, and refuses what is beyond the burst."),
            row("limit_req_status").in(HTTP, HTTP_SERVER, HTTP_LOCATION).since("1.3.15").takes(ONE, "code")
                    .defaultsTo("503").by(d -> putStatus(d, REQUEST_STATUS))
                    .means("Status of those that are refused."),
            row("limit_req_log_level").in(HTTP, HTTP_SERVER, HTTP_LOCATION).since("0.8.18").value(REQUEST_LOG_LEVEL)
                    .means("Level of the line that reports a refusal; a delay is one less."),
            row("limit_req_dry_run").in(HTTP, HTTP_SERVER, HTTP_LOCATION).since("1.17.1").value(REQUEST_DRY_RUN)
                    .means("Counts and reports, but neither delays nor refuses."),
            row("set_real_ip_from").in(HTTP, HTTP_SERVER, HTTP_LOCATION).takes(ONE, "address | CIDR | host | unix:")
                    .repeatable().by(HttpAccessDirectives::trust)
                    .means("Whose word about the client's address is taken."),
            row("real_ip_header").in(HTTP, HTTP_SERVER, HTTP_LOCATION).value(REAL_IP_HEADER).defaultsTo("X-Real-IP")
                    .means("The field that tells the client's address, or the header of the PROXY protocol."),
            row("real_ip_recursive").in(HTTP, HTTP_SERVER, HTTP_LOCATION).since("1.2.1").value(REAL_IP_RECURSIVE)
                    .means("The last address that is not trusted counts, not the last one."));

    private HttpAccessDirectives() {}

    /// A status of a refusal.
    private static void putStatus(Directive directive, Setting<Integer> setting) {
        Fragment code = directive.argument(0);
        Optional<Integer> number = setting.type().read(directive, code);
        number.ifPresent(n -> {
            if (n < 400 || n > 599) {
                directive.error("invalid-value", code, "value must be between 400 and 599");
            } else {
                directive.scope().put(setting, n);
            }
        });
    }

    /// The rules of `set_real_ip_from`.
    static List<AccessRuleConfig> trusted(Scope scope) {
        return scope.get(TRUSTED);
    }

    static void trust(Directive directive) {
        Fragment who = directive.argument(0);
        if ("unix:".equals(who.text())) {
            directive.scope().add(TRUSTED,
                    new AccessRuleConfig(directive.position(), true, new AccessRuleConfig.Subject.Unix()));
            return;
        }
        List<AccessRuleConfig.Subject> subjects = AccessRuleText.network(directive, who)
                .<List<AccessRuleConfig.Subject>>map(List::of)
                .orElseGet(() -> directive.run().environment().hosts().addresses(who.text()).stream()
                        .<AccessRuleConfig.Subject>map(address -> new AccessRuleConfig.Subject.Network(
                                address, address.getAddress().length * Byte.SIZE))
                        .toList());
        if (subjects.isEmpty()) {
            directive.error("invalid-address", who, "host not found in set_real_ip_from \"" + who.text() + "\"");
        }
        subjects.forEach(s -> directive.scope().add(TRUSTED, new AccessRuleConfig(directive.position(), true, s)));
    }

    /// What a location says, or has inherited, about access.
    static AccessOptions options(Scope location) {
        Optional<Scope> except = limitExcept(location);
        return new AccessOptions(
                location.get(StreamDirectives.ACCESS_RULES),
                location.get(SATISFY_ANY),
                new ConnectionLimits(
                        location.get(StreamDirectives.LIMITS),
                        location.get(StreamDirectives.LIMIT_LOG_LEVEL),
                        location.get(StreamDirectives.LIMIT_DRY_RUN)),
                location.get(CONNECTION_STATUS),
                location.get(REQUEST_LIMITS),
                location.get(REQUEST_STATUS),
                location.get(REQUEST_LOG_LEVEL),
                location.get(REQUEST_DRY_RUN),
                location.find(INTERNAL).orElse(false),
                except.flatMap(e -> e.own(LimitExceptText.METHODS)).orElse(Set.of()),
                except.map(e -> e.get(StreamDirectives.ACCESS_RULES)).orElse(List.of()),
                new RealIp(
                        location.get(TRUSTED),
                        location.find(REAL_IP_HEADER).orElse(RealIp.NOBODY.header()),
                        location.get(REAL_IP_RECURSIVE)));
    }

    /// Locations inside do not inherit it; the body of an `if` is the same location.
    private static Optional<Scope> limitExcept(Scope location) {
        return location.own(HttpDirectives.LIMIT_EXCEPT)
                .or(() -> location.context() == HTTP_LOCATION_IF
                        ? location.outer().flatMap(HttpAccessDirectives::limitExcept)
                        : Optional.empty());
    }
}

package io.sluice.config.binding;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

import io.sluice.config.model.Endpoint;
import io.sluice.config.model.LogTarget;
import io.sluice.config.syntax.NameSuggestions;

/// Reads `syslog:server=...,facility=...`, the target of an error or access log. Used during start-up only.
final class SyslogText {

    static final String PREFIX = "syslog:";

    private static final int DEFAULT_PORT = 514;

    /// RFC 3164.
    private static final int LONGEST_TAG = 32;

    private static final Set<String> FACILITIES = Set.of(
            "kern", "user", "mail", "daemon", "auth", "intern", "lpr", "news", "uucp", "clock", "authpriv", "ftp", "ntp",
            "audit", "alert", "cron", "local0", "local1", "local2", "local3", "local4", "local5", "local6", "local7");

    private static final Set<String> SEVERITIES =
            Set.of("emerg", "alert", "crit", "error", "warn", "notice", "info", "debug");

    private static final ParameterTable<SyslogText> PARAMETERS = ParameterTable.of(List.of(
            ParameterTable.Row.of("server=", SyslogText::server),
            ParameterTable.Row.of("facility=", (target, p) -> {
                if (target.first("facility", p) && known("facility", FACILITIES, p)) {
                    target.facility = p.text();
                }
            }),
            ParameterTable.Row.of("severity=", (target, p) -> {
                if (target.first("severity", p) && known("severity", SEVERITIES, p)) {
                    target.severity = p.text();
                }
            }),
            ParameterTable.Row.of("tag=", SyslogText::tag),
            ParameterTable.Row.of("nohostname", (target, _) -> target.hostname = false)));

    private final Set<String> seen = new HashSet<>();

    private Optional<Endpoint> endpoint = Optional.empty();

    private String facility = "local7";

    private String severity = "info";

    private String tag = "nginx";

    private boolean hostname = true;

    private SyslogText() {}

    /// The target; absent, and reported, when something is wrong with it.
    static Optional<LogTarget> read(Directive directive, Fragment fragment) {
        SyslogText target = new SyslogText();
        Fragment rest = fragment.from(PREFIX.length());
        int at = 0;
        while (at <= rest.text().length()) {
            int comma = rest.text().indexOf(',', at);
            int end = comma < 0 ? rest.text().length() : comma;
            target.parameter(directive, rest.part(at, end));
            at = end + 1;
        }
        if (!target.seen.contains("server")) {
            directive.error("invalid-syslog", fragment, "no syslog server specified");
        }
        return target.endpoint.map(
                e -> new LogTarget.Syslog(e, target.facility, target.severity, target.tag, target.hostname));
    }

    private void parameter(Directive directive, Fragment parameter) {
        if (!PARAMETERS.knows(parameter.text())) {
            directive.error("invalid-syslog", parameter, "unknown syslog parameter \"" + parameter.text() + "\"",
                    PARAMETERS.hint(parameter.text()));
            return;
        }
        PARAMETERS.apply(this, directive, List.of(parameter));
    }

    private boolean first(String name, ParameterTable.Parameter parameter) {
        boolean first = seen.add(name);
        if (!first) {
            parameter.directive().error("invalid-syslog", parameter.whole(), "duplicate syslog \"" + name + "\"");
        }
        return first;
    }

    private static boolean known(String kind, Set<String> words, ParameterTable.Parameter parameter) {
        boolean known = words.contains(parameter.text());
        if (!known) {
            parameter.directive().error("invalid-syslog", parameter.whole(),
                    "unknown syslog " + kind + " \"" + parameter.text() + "\"",
                    NameSuggestions.hint(parameter.text(), words));
        }
        return known;
    }

    private static void server(SyslogText target, ParameterTable.Parameter parameter) {
        if (!target.first("server", parameter)) {
            return;
        }
        switch (AddressText.remote(parameter.text())) {
            case AddressText.Unix unix -> target.endpoint = Optional.of(new Endpoint.Unix(unix.path()));
            case AddressText.Inet inet -> target.endpoint =
                    Optional.of(new Endpoint.Host(inet.host(), inet.hasPort() ? inet.port() : DEFAULT_PORT));
            case AddressText.Malformed malformed -> parameter.directive().error("invalid-syslog", parameter.whole(),
                    malformed.reason() + " in syslog server \"" + parameter.text() + "\"");
        }
    }

    private static void tag(SyslogText target, ParameterTable.Parameter parameter) {
        if (!target.first("tag", parameter)) {
            return;
        }
        String text = parameter.text();
        if (text.length() > LONGEST_TAG) {
            parameter.directive().error("invalid-syslog", parameter.whole(), "syslog tag length exceeds " + LONGEST_TAG);
        } else if (!text.matches("[0-9A-Za-z_]*")) {
            parameter.directive().error("invalid-syslog", parameter.whole(),
                    "syslog \"tag\" only allows alphanumeric characters and underscore");
        } else {
            target.tag = text;
        }
    }
}

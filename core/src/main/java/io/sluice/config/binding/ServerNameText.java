package io.sluice.config.binding;

import java.util.Locale;
import java.util.Optional;

import io.sluice.config.model.HttpServerConfig.ServerName;

/// Reads `server_name`. Used during start-up only.
final class ServerNameText {

    private ServerNameText() {}

    static void bind(Directive directive) {
        directive.argumentsFrom(0).forEach(name ->
                read(directive, name).ifPresent(n -> directive.scope().add(HttpDirectives.SERVER_NAMES, n)));
    }

    private static Optional<? extends ServerName> read(Directive directive, Fragment written) {
        String text = written.text();
        if (text.startsWith("~")) {
            return regex(directive, written);
        }
        boolean maskAlone = text.startsWith("*") && (text.length() < 3 || text.charAt(1) != '.');
        if (maskAlone || text.equals(".")) {
            directive.error("invalid-server-name", written, "server name \"" + text + "\" is invalid");
            return Optional.empty();
        }
        if (text.indexOf('/') >= 0) {
            directive.warning("suspicious-server-name", written,
                    "server name \"" + text + "\" has suspicious symbols");
        }
        if ("$hostname".equalsIgnoreCase(text)) {
            return Optional.of(new ServerName.Exact(
                    written.position(), directive.run().environment().hosts().ownName().toLowerCase(Locale.ROOT)));
        }
        Optional<? extends ServerName> name = masked(written, text.toLowerCase(Locale.ROOT));
        if (name.isEmpty()) {
            directive.error("invalid-server-name", written, "invalid server name or wildcard \"" + text + "\"");
        }
        return name;
    }

    private static Optional<ServerName> regex(Directive directive, Fragment written) {
        if (written.text().length() == 1) {
            directive.error("invalid-server-name", written, "empty regex in server name \"~\"");
            return Optional.empty();
        }
        return PatternText.read(directive, written.from(1), true)
                .map(pattern -> new ServerName.Regex(written.position(), pattern));
    }

    private static Optional<? extends ServerName> masked(Fragment written, String text) {
        int star = text.indexOf('*');
        if (text.contains("..") || (star >= 0 && text.indexOf('*', star + 1) >= 0)) {
            return Optional.empty();
        }
        if (text.startsWith("*.")) {
            return Optional.of(new ServerName.Suffix(written.position(), text.substring(2), false));
        }
        if (text.endsWith(".*") && text.length() > 2) {
            return Optional.of(new ServerName.Prefix(written.position(), text.substring(0, text.length() - 2)));
        }
        if (star >= 0) {
            return Optional.empty();
        }
        return Optional.of(text.startsWith(".")
                ? new ServerName.Suffix(written.position(), text.substring(1), true)
                : new ServerName.Exact(written.position(), text));
    }
}

package io.sluice.app;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import io.sluice.config.model.LogLevel;
import io.sluice.config.model.Position;
import io.sluice.config.model.ProxyConfig;
import io.sluice.config.syntax.Diagnostic;
import io.sluice.config.syntax.ParsedConfig;
import io.sluice.config.syntax.Severity;
import io.sluice.config.syntax.SourceText;
import io.sluice.server.LoadedConfig;
import io.sluice.server.ProxyServer;

/// A configuration that was read, with all that is to be said about it. Immutable.
///
/// @param config empty when a diagnostic is an error
record CheckedConfig(ParsedConfig parsed, Optional<ProxyConfig> config, List<Diagnostic> diagnostics) {

    CheckedConfig {
        diagnostics = List.copyOf(diagnostics);
    }

    boolean usable() {
        return config.isPresent();
    }

    /// The same after a look at what the text alone does not tell: names that do not resolve, users that do not exist.
    CheckedConfig tested() {
        List<Diagnostic> all = new ArrayList<>(diagnostics);
        for (LoadedConfig.Message message : config.map(ProxyServer::check).orElse(List.of())) {
            all.add(new Diagnostic(Severity.ERROR, "cannot-start", message.text(), message.at(), 1, Optional.empty()));
        }
        return all.size() == diagnostics.size() ? this : new CheckedConfig(parsed, Optional.empty(), all);
    }

    /// The files that a reload will have to read again.
    List<String> files() {
        return parsed.sources().stream().map(SourceText::name).filter(name -> name.startsWith("/")).toList();
    }

    /// The same for the server, whose log takes one line for each diagnostic.
    LoadedConfig loaded() {
        return new LoadedConfig(
                config,
                diagnostics.stream()
                        .map(d -> new LoadedConfig.Message(level(d.severity()), line(d)))
                        .toList());
    }

    private static LogLevel level(Severity severity) {
        return switch (severity) {
            case ERROR -> LogLevel.EMERG;
            case WARNING -> LogLevel.WARN;
            case NOTICE -> LogLevel.NOTICE;
        };
    }

    /// nginx's line, and then the hint.
    private static String line(Diagnostic diagnostic) {
        Position position = diagnostic.position();
        String place = position.equals(Position.NONE) ? "" : " in " + position;
        return diagnostic.message() + place + diagnostic.hint().map(hint -> " (" + hint + ")").orElse("");
    }
}

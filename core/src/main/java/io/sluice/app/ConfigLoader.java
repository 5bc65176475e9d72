package io.sluice.app;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;

import io.sluice.config.binding.Binder;
import io.sluice.config.binding.BindingEnvironment;
import io.sluice.config.model.ProxyConfig;
import io.sluice.config.syntax.ConfigParser;
import io.sluice.config.syntax.Diagnostics;
import io.sluice.config.syntax.FileAccess;
import io.sluice.config.syntax.ParsedConfig;
import io.sluice.config.syntax.SourceText;
import io.sluice.server.ConfigSource;
import io.sluice.server.LoadedConfig;

/// Reads a configuration from its text to the model, each time anew. Thread-safe.
final class ConfigLoader implements ConfigSource {

    private final Function<Diagnostics, ParsedConfig> parser;

    private final BindingEnvironment environment;

    /// What the next load returns instead of reading once more.
    private final AtomicReference<Optional<CheckedConfig>> prepared = new AtomicReference<>(Optional.empty());

    private final AtomicReference<Optional<CheckedConfig>> latest = new AtomicReference<>(Optional.empty());

    private ConfigLoader(Function<Diagnostics, ParsedConfig> parser, BindingEnvironment environment) {
        this.parser = parser;
        this.environment = environment;
    }

    /// Reads a file and what it includes.
    static ConfigLoader ofFile(ConfigLocation location) {
        return new ConfigLoader(
                diagnostics -> ConfigParser.parse(
                        location.file(),
                        location.configPrefix(),
                        location.globalDirectives(),
                        FileAccess.local(),
                        diagnostics),
                location.environment());
    }

    /// Reads a text; what it includes is looked for in the working directory.
    static ConfigLoader ofText(String name, String text) {
        ConfigLocation location = ConfigLocation.workingDirectory();
        return new ConfigLoader(
                diagnostics -> ConfigParser.parse(
                        SourceText.of(name, text),
                        location.configPrefix(),
                        Optional.empty(),
                        FileAccess.local(),
                        diagnostics),
                location.environment());
    }

    /// Reads the configuration and collects everything there is to say about it.
    CheckedConfig check() {
        Diagnostics diagnostics = new Diagnostics();
        ParsedConfig parsed = parser.apply(diagnostics);
        // A file that could not be read says nothing; that it has no server, for instance, is not worth a word then.
        Optional<ProxyConfig> config = parsed.sources().isEmpty()
                ? Optional.empty()
                : new Binder(environment, diagnostics).bind(parsed);
        return new CheckedConfig(parsed, config, diagnostics.all());
    }

    /// Has the next [#load] return this, so that a start does not read everything twice.
    ConfigLoader startingWith(CheckedConfig checked) {
        prepared.set(Optional.of(checked));
        return this;
    }

    @Override
    public LoadedConfig load() {
        CheckedConfig checked = prepared.getAndSet(Optional.empty()).orElseGet(this::check);
        if (checked.usable()) {
            latest.set(Optional.of(checked));
        }
        return checked.loaded();
    }

    /// The last configuration that could be used.
    Optional<CheckedConfig> latest() {
        return latest.get();
    }
}

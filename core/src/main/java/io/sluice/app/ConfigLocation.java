package io.sluice.app;

import java.nio.file.Path;
import java.util.Optional;

import io.sluice.config.binding.BindingEnvironment;
import io.sluice.config.model.LogTarget;
import io.sluice.config.model.Position;
import io.sluice.config.model.TemplateConfig;

/// Which configuration is meant, and what its relative paths start from. Immutable.
///
/// @param prefix absolute; base of the configuration file's name, the pid file and logs
/// @param file absolute
/// @param globalDirectives what comes before the file
/// @param errorLog the error log when the configuration names none; empty: standard error
record ConfigLocation(Path prefix, Path file, Optional<String> globalDirectives, Optional<String> errorLog) {

    private static final String DEFAULT_NAME = "nginx.conf";

    private static final String DEFAULT_FILE = "conf/" + DEFAULT_NAME;

    /// As the command line says; names are put together as text, as in nginx, so that messages show what was written.
    static ConfigLocation of(Options options) {
        Path prefix = Path.of(options.prefix().orElse("")).toAbsolutePath();
        return new ConfigLocation(
                prefix,
                prefix.resolve(options.configuration().orElse(DEFAULT_FILE)),
                options.globalDirectives(),
                options.errorLog().filter(log -> !log.equals("stderr")));
    }

    /// A file for a program that embeds the proxy; the working directory is the prefix.
    static ConfigLocation of(Path file) {
        return new ConfigLocation(
                Path.of("").toAbsolutePath(), file.toAbsolutePath(), Optional.empty(), Optional.empty());
    }

    /// For a configuration that is no file: all relative paths start from the working directory.
    static ConfigLocation workingDirectory() {
        return of(Path.of(DEFAULT_NAME));
    }

    /// Base of includes and certificates.
    Path configPrefix() {
        Path directory = file.getParent();
        return directory == null ? prefix : directory;
    }

    /// What binding depends on besides the text.
    BindingEnvironment environment() {
        BindingEnvironment ordinary = BindingEnvironment.of(prefix, configPrefix(), Patterns::check);
        if (errorLog.isEmpty()) {
            return ordinary;
        }
        String file = prefix.resolve(errorLog.get()).toString();
        return new BindingEnvironment(
                ordinary.prefix(),
                ordinary.configPrefix(),
                ordinary.availableProcessors(),
                ordinary.superuser(),
                ordinary.pidFile(),
                new LogTarget.File(TemplateConfig.literal(Position.NONE, file)),
                ordinary.patterns(),
                ordinary.hosts());
    }
}

package io.sluice.config.binding;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;

import io.sluice.config.model.LogTarget;

/// What a configuration means depends on besides its text. Immutable.
///
/// @param prefix base of the pid file and of logs (`-p`)
/// @param configPrefix base of certificates: the directory of the configuration file
/// @param availableProcessors what `worker_processes auto` means
/// @param superuser whether the process could become another user
/// @param pidFile used when the configuration names none, relative to the prefix
/// @param errorLog used when the configuration names none (`-e`)
/// @param patterns checks regular expressions
/// @param hosts finds the names in `listen` directives
public record BindingEnvironment(
        Path prefix,
        Path configPrefix,
        int availableProcessors,
        boolean superuser,
        Path pidFile,
        LogTarget errorLog,
        PatternCheck patterns,
        HostLookup hosts) {

    /// An ordinary environment: errors to standard error, `sluice.pid` in the prefix, this machine's processors and names.
    public static BindingEnvironment of(Path prefix, Path configPrefix, PatternCheck patterns) {
        return new BindingEnvironment(
                prefix,
                configPrefix,
                Runtime.getRuntime().availableProcessors(),
                "root".equals(System.getProperty("user.name")),
                Path.of("sluice.pid"),
                new LogTarget.StandardError(),
                patterns,
                HostLookup.system());
    }

    /// A path below the prefix, or the path itself when it is absolute; empty when it cannot be a file's name here, which
    /// depends on the locale.
    Optional<Path> underPrefix(String path) {
        return under(prefix, path);
    }

    /// As [#underPrefix], below the directory of the configuration file.
    Optional<Path> underConfigPrefix(String path) {
        return under(configPrefix, path);
    }

    private static Optional<Path> under(Path base, String path) {
        try {
            return Optional.of(base.resolve(path).toAbsolutePath().normalize());
        } catch (InvalidPathException _) {
            return Optional.empty();
        }
    }
}

package io.sluice.config.model;

import java.nio.file.Path;
import java.time.Duration;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/// The main context and `events {}`: what concerns the process as a whole. Immutable.
///
/// @param workers number of workers; `auto` has been turned into the number of processors
/// @param affinity for each worker the processors it may run on, the last one repeated; empty: anywhere
/// @param connectionsPerWorker `worker_connections`; a proxied session counts two, as in nginx
/// @param openFiles `worker_rlimit_nofile`
/// @param shutdownTimeout `worker_shutdown_timeout`; zero: wait for the last session
/// @param user whom to become after binding, and `group` likewise; absent: stay who we are (when started as root: nginx's `nobody`)
/// @param pidFile absolute
/// @param errorLogs at least one
/// @param environment `env` lines: `NAME` or `NAME=value`
public record ProcessConfig(
        int workers,
        List<BitSet> affinity,
        int connectionsPerWorker,
        OptionalInt openFiles,
        Duration shutdownTimeout,
        Optional<UserConfig> user,
        Path pidFile,
        List<ErrorLogConfig> errorLogs,
        List<String> environment) {

    public ProcessConfig {
        affinity = List.copyOf(affinity);
        errorLogs = List.copyOf(errorLogs);
        environment = List.copyOf(environment);
    }

    /// `user name [group]`.
    public record UserConfig(Position position, String user, Optional<String> group) {}
}

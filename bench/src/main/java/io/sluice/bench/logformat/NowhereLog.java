package io.sluice.bench.logformat;

import io.sluice.bench.BoundText;
import io.sluice.config.model.ProxyConfig;
import io.sluice.config.model.StreamConfig;
import io.sluice.log.AccessLogs;
import io.sluice.log.LogOpenException;
import io.sluice.log.LogSet;
import io.sluice.log.Logs;
import io.sluice.variable.VariableTable;

/// The access log of a server of `stream`, in a buffer of 64 KiB that is emptied into /dev/null. Thread-safe.
public final class NowhereLog implements AutoCloseable {

    private final Logs logs = new Logs("bench");

    private final VariableTable variables;

    private final AccessLogs lines;

    /// Opens it; lines are formatted and written by whoever logs them.
    ///
    /// @param format what `log_format` says behind the name
    public NowhereLog(String format) throws LogOpenException {
        ProxyConfig config = BoundText.of("""
                worker_processes 1;
                error_log /dev/null crit;
                events {}
                stream {
                    log_format line %s;
                    access_log /dev/null line buffer=64k;
                    server {
                        listen 127.0.0.1:5432;
                        proxy_pass 127.0.0.1:5433;
                    }
                }
                """.formatted(format));
        StreamConfig stream = config.stream();
        variables = VariableTable.of(stream);
        LogSet set = logs.newSet(config.process().errorLogs());
        lines = set.accessLogs(stream.servers().getFirst().accessLogs(), stream.logFormats(), variables);
        set.open();
        set.activate();
    }

    /// From now on lines are handed to a thread of their own, as in a server.
    public void startWriter() {
        logs.start();
    }

    /// A session to log.
    public LoggedSession session() {
        return new LoggedSession(variables);
    }

    /// The log.
    public AccessLogs lines() {
        return lines;
    }

    @Override
    public void close() {
        logs.close();
    }
}

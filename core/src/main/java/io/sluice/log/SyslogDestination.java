package io.sluice.log;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.util.List;

import org.jspecify.annotations.Nullable;

import io.sluice.config.model.Endpoint;
import io.sluice.config.model.LogLevel;
import io.sluice.config.model.LogTarget;
import io.sluice.config.model.Position;
import io.sluice.transport.linux.Errno;
import io.sluice.variable.ByteText;

/// A syslog server, RFC 3164 lines as nginx prints them, one datagram each. Confined to whoever holds the lock of [Logs].
///
/// The socket never blocks: a datagram that cannot be sent is gone. After an error the next one gets a new socket.
final class SyslogDestination implements Destination {

    private static final int CLOSED = -1;

    /// What syslog servers commonly take; the rest of a line is cut off.
    private static final int MAX_BYTES = 8192;

    private static final List<String> FACILITIES = List.of(
            "kern", "user", "mail", "daemon", "auth", "intern", "lpr", "news", "uucp", "clock", "authpriv", "ftp", "ntp",
            "audit", "alert", "cron", "local0", "local1", "local2", "local3", "local4", "local5", "local6", "local7");

    private static final int SEVERITIES = 8;

    private final Descriptors descriptors;

    private final LogTarget.Syslog target;

    private final String hostName;

    private final LogTimes times;

    private final WriteErrors errors;

    private final int facility;

    private final LineBuffer datagram = new LineBuffer();

    private @Nullable SocketAddress address;

    private int fd = CLOSED;

    SyslogDestination(
            Descriptors descriptors, LogTarget.Syslog target, String hostName, LogTimes times,
            WriteErrors.Reporter reporter) {
        this.descriptors = descriptors;
        this.target = target;
        this.hostName = hostName;
        this.times = times;
        this.errors = new WriteErrors(reporter);
        this.facility = FACILITIES.indexOf(target.facility());
        if (facility < 0) {
            throw new IllegalArgumentException("unknown syslog facility \"" + target.facility() + "\"");
        }
    }

    /// syslog's number for a severity of the error log.
    static int severity(LogLevel level) {
        return LogLevel.EMERG.compareTo(level);
    }

    /// syslog's number for the word that a configuration uses.
    static int severity(String word) {
        for (LogLevel level : LogLevel.values()) {
            if (level.label().equals(word)) {
                return severity(level);
            }
        }
        throw new IllegalArgumentException("unknown syslog severity \"" + word + "\"");
    }

    @Override
    public Object key() {
        return target;
    }

    @Override
    public void open(Position position) throws LogOpenException {
        if (address == null) {
            address = resolve(position);
        }
    }

    @Override
    public void write(LineBuffer line, int severity, long wallMillis) {
        datagram.clear();
        datagram.append('<').append(Integer.toString(facility * SEVERITIES + severity)).append('>');
        datagram.append(times.syslog(wallMillis)).append(' ');
        if (target.hostname()) {
            datagram.append(hostName).append(' ');
        }
        datagram.append(target.tag()).append(':').append(' ');
        datagram.append(line.bytes(), line.length());
        datagram.truncate(MAX_BYTES);
        send();
    }

    @Override
    public void flush(long nowNanos) {}

    @Override
    public long nanosUntilFlush(long nowNanos) {
        return Long.MAX_VALUE;
    }

    @Override
    public void reopen() {
        close();
    }

    @Override
    public void close() {
        if (fd != CLOSED) {
            descriptors.close(fd);
            fd = CLOSED;
        }
    }

    private void send() {
        SocketAddress server = address;
        if (server == null) {
            return;
        }
        if (fd == CLOSED) {
            int result = descriptors.connectDatagram(server);
            if (result < 0) {
                report("connect()", result);
                return;
            }
            fd = result;
        }
        int result = descriptors.sendDatagram(fd, datagram.bytes(), datagram.length());
        if (result == -Errno.EAGAIN) {
            report("send()", result);
        } else if (result < 0) {
            close();
            report("send()", result);
        }
    }

    private void report(String call, int result) {
        errors.report(
                LogLevel.WARN,
                call + " to syslog failed (" + Errno.describe(-result) + ") while logging to syslog, server: "
                        + target.server());
    }

    private SocketAddress resolve(Position position) throws LogOpenException {
        return switch (target.server()) {
            case Endpoint.Unix(String path) -> UnixDomainSocketAddress.of(path);
            case Endpoint.Host(String host, int port) -> {
                try {
                    yield new InetSocketAddress(InetAddress.getByName(host), port);
                } catch (UnknownHostException _) {
                    throw new LogOpenException(
                            position, "host not found in syslog server \"" + ByteText.decode(host) + "\"");
                }
            }
        };
    }
}

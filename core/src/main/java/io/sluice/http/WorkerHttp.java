package io.sluice.http;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

import org.jspecify.annotations.Nullable;

import io.sluice.http.files.FileAccess;
import io.sluice.http.files.LinuxFiles;
import io.sluice.metrics.Latency;
import io.sluice.metrics.Metric;
import io.sluice.session.Outcome;
import io.sluice.stream.SessionResources;

/// What one worker has for all of its HTTP connections. Confined to its worker's event loop.
public final class WorkerHttp {

    private static final DateTimeFormatter DATE =
            DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ENGLISH).withZone(ZoneOffset.UTC);

    private final SessionResources resources;

    private final ServerName name;

    private final FileAccess files;

    private @Nullable HttpSession first;

    private boolean draining;

    private long formattedSecond = Long.MIN_VALUE;

    private byte[] date = {};

    /// @param version shown by `server_tokens on`
    public WorkerHttp(SessionResources resources, String version) {
        this.resources = resources;
        this.name = new ServerName(version);
        this.files = new LinuxFiles(resources.linux());
    }

    SessionResources resources() {
        return resources;
    }

    /// The file system.
    FileAccess files() {
        return files;
    }

    ServerName name() {
        return name;
    }

    /// `Date` at this moment.
    byte[] date() {
        long second = Math.floorDiv(resources.clock().wallMillis(), 1000);
        if (second != formattedSecond) {
            formattedSecond = second;
            date = DATE.format(Instant.ofEpochSecond(second)).getBytes(StandardCharsets.ISO_8859_1);
        }
        return date;
    }

    /// Whether no further request is wanted.
    boolean isDraining() {
        return draining;
    }

    /// The server stops: idle connections end now, the others with the response they wait for.
    public void drain() {
        draining = true;
        List<HttpSession> open = new ArrayList<>();
        for (HttpSession session = first; session != null; session = session.next) {
            open.add(session);
        }
        open.forEach(HttpSession::endIfIdle);
    }

    /// Ends every connection at once.
    public void closeAll() {
        draining = true;
        while (first != null) {
            HttpSession session = first;
            session.close();
            if (first == session) {
                remove(session);
            }
        }
    }

    /// A connection of a client has ended: its place is free, and it is counted.
    void downstreamEnded(Downstream downstream, Outcome why) {
        resources.connections().giveBack();
        resources.metrics().decrement(Metric.SESSIONS_ACTIVE);
        resources.metrics().increment(Metric.ended(why.label()));
        resources.metrics().record(Latency.SESSION, resources.clock().nanos() - downstream.acceptedNanos());
    }

    void add(HttpSession session) {
        session.next = first;
        if (first != null) {
            first.previous = session;
        }
        first = session;
    }

    void remove(HttpSession session) {
        if (session.previous != null) {
            session.previous.next = session.next;
        } else if (first == session) {
            first = session.next;
        }
        if (session.next != null) {
            session.next.previous = session.previous;
        }
        session.previous = null;
        session.next = null;
    }

    /// `Server`, by `server_tokens`. Immutable.
    static final class ServerName {

        private final byte[] plain = "sluice".getBytes(StandardCharsets.ISO_8859_1);

        private final byte[] full;

        ServerName(String version) {
            this.full = ("sluice/" + version).getBytes(StandardCharsets.ISO_8859_1);
        }

        byte[] text(boolean withVersion) {
            return withVersion ? full : plain;
        }

    }
}

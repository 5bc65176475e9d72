package io.sluice.upstream;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.concurrent.TimeUnit;

import io.sluice.config.model.Address;
import io.sluice.config.model.PeerConfig;

/// One address of an upstream group, with the parameters of the `server` line it came from. Immutable.
///
/// What changes (active sessions, failures) is in its [PeerState], which every generation that has this peer shares.
public final class Peer {

    private final Address address;

    private final String name;

    private final String serverName;

    private final int weight;

    private final int maxConnections;

    private final int maxFails;

    private final long failTimeoutNanos;

    private final boolean backup;

    private final boolean down;

    private final boolean drain;

    private final String id;

    private final PeerState state;

    /// @param alone the group's only peer: nobody could take over, so failures never put it to rest
    Peer(PeerConfig config, Address address, boolean alone, PeerState state) {
        this.address = address;
        this.name = address.toString();
        this.serverName = config.endpoint().toString();
        this.weight = config.weight();
        this.maxConnections = config.maxConnections();
        this.maxFails = alone ? 0 : config.maxFails();
        this.failTimeoutNanos = TimeUnit.NANOSECONDS.convert(config.failTimeout());
        this.backup = config.backup();
        this.down = config.down();
        this.drain = config.drain();
        this.id = config.route().isEmpty() ? digest(name) : config.route();
        this.state = state;
    }

    /// Where to connect to.
    public Address address() {
        return address;
    }

    /// The address as `$upstream_addr` prints it.
    public String name() {
        return name;
    }

    /// The `server` line's text; peers of one name share it, and the consistent hash is made of it.
    public String serverName() {
        return serverName;
    }

    /// At least 1.
    public int weight() {
        return weight;
    }

    /// The most sessions at a time in this process; 0: unlimited.
    public int maxConnections() {
        return maxConnections;
    }

    /// Used only when all others are unavailable.
    public boolean backup() {
        return backup;
    }

    /// Marked permanently unavailable.
    public boolean down() {
        return down;
    }

    /// Only the sessions that belong to it already get it.
    public boolean drain() {
        return drain;
    }

    /// What sticky sessions call it by: its `route`, or the MD5 digest of its address in hexadecimal.
    public String id() {
        return id;
    }

    /// Sessions that hold this peer now, in the whole process.
    public int activeConnections() {
        return state.active();
    }

    /// Failures counted since the peer was last known to work.
    public int failures() {
        return state.failures();
    }

    /// Whether a session that asks now could get it.
    public boolean available(long nowNanos) {
        return !drain && availableToItsSessions(nowNanos);
    }

    /// As [#available], for a sticky session that belongs to it.
    boolean availableToItsSessions(long nowNanos) {
        return !down
                && (maxConnections == 0 || state.active() < maxConnections)
                && !state.resting(maxFails, failTimeoutNanos, nowNanos);
    }

    int maxFails() {
        return maxFails;
    }

    /// The window in which failures count, and how long a failed peer rests.
    long failTimeoutNanos() {
        return failTimeoutNanos;
    }

    PeerState state() {
        return state;
    }

    private static String digest(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("MD5").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has MD5", e);
        }
    }

    @Override
    public String toString() {
        return name;
    }
}

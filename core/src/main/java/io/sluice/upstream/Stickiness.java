package io.sluice.upstream;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

import org.jspecify.annotations.Nullable;

import io.sluice.config.model.UpstreamConfig.Sticky;

/// How the sessions of a group keep their peer: `sticky`, one of its three ways. Thread-safe.
///
/// Whoever speaks HTTP evaluates the variables of [#config]; of several values the first that is not empty counts.
///
///     // before the first peer is chosen: the cookie's value, the route, or the value of lookup=
///     stickiness.prefer(selection, id, nowNanos);
///     // cookie: a peer was chosen; every response carries it
///     setCookie(stickiness.cookie(peer, attributes, Instant.now()));
///     // learn: the request has ended well (with `header`: the response's head has arrived)
///     stickiness.learn(peer, created, id, nowNanos);
public final class Stickiness {

    // As nginx writes the time in a cookie, with two digits of the year before 2038.
    private static final DateTimeFormatter COOKIE_TIME =
            DateTimeFormatter.ofPattern("EEE, dd-MMM-yy HH:mm:ss 'GMT'", Locale.ENGLISH);

    private static final DateTimeFormatter COOKIE_TIME_LATER =
            DateTimeFormatter.ofPattern("EEE, dd-MMM-yyyy HH:mm:ss 'GMT'", Locale.ENGLISH);

    private static final int LAST_TWO_DIGIT_YEAR = 2037;

    private static final String FOREVER = "; expires=Thu, 31-Dec-37 23:55:55 GMT; max-age=315360000";

    private final Sticky config;

    private final @Nullable SessionTable sessions;

    private final long timeoutNanos;

    private Stickiness(Sticky config, @Nullable SessionTable sessions, Duration timeout) {
        this.config = config;
        this.sessions = sessions;
        this.timeoutNanos = timeout.toNanos();
    }

    static Stickiness create(Sticky config, String group, PeerStates states) {
        return config instanceof Sticky.Learn learn
                ? new Stickiness(config, states.sessions(group, learn.zone()), learn.timeout())
                : new Stickiness(config, null, Duration.ZERO);
    }

    /// What is to be evaluated.
    public Sticky config() {
        return config;
    }

    /// Lets a selection try the peer first that the request's session belongs to.
    ///
    /// @param id what the request says of its session; empty: nothing
    public void prefer(Selection selection, String id, long nowNanos) {
        if (id.isEmpty()) {
            return;
        }
        String peer = sessions == null ? id : sessions.lookUp(id, timeoutNanos, nowNanos);
        if (peer != null) {
            selection.prefer(peer);
        }
    }

    /// The value of the `Set-Cookie` field that makes the client come back to a peer.
    ///
    /// @param attributes evaluated, `; domain=.example.com; path=/`
    public String cookie(Peer peer, String attributes, Instant now) {
        if (!(config instanceof Sticky.Cookie cookie)) {
            throw new IllegalStateException("the group is not sticky by a cookie");
        }
        StringBuilder text = new StringBuilder(cookie.name()).append('=').append(peer.id());
        cookie.expires().ifPresent(expires -> {
            if (expires.equals(Sticky.Cookie.MAX_EXPIRES)) {
                text.append(FOREVER);
                return;
            }
            ZonedDateTime end = now.plus(expires).atZone(ZoneOffset.UTC);
            DateTimeFormatter format = end.getYear() > LAST_TWO_DIGIT_YEAR ? COOKIE_TIME_LATER : COOKIE_TIME;
            text.append("; expires=").append(format.format(end)).append("; max-age=").append(expires.toSeconds());
        });
        return text.append(attributes).toString();
    }

    /// The session of a request belongs to the peer that served it. Does nothing unless the group learns.
    ///
    /// @param created what `create=` came to, empty: no session was begun
    /// @param lookedUp what `lookup=` came to; a session that is known already stays so for another timeout
    public void learn(Peer peer, String created, String lookedUp, long nowNanos) {
        String session = created.isEmpty() ? lookedUp : created;
        if (sessions != null && !session.isEmpty()) {
            sessions.learn(session, peer.id(), !created.isEmpty(), timeoutNanos, nowNanos);
        }
    }
}

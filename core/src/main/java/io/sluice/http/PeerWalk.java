package io.sluice.http;

import org.jspecify.annotations.Nullable;

import io.sluice.config.model.HttpProxyOptions.NextUpstream;
import io.sluice.config.model.LogLevel;
import io.sluice.upstream.Peer;
import io.sluice.upstream.RetryRules;
import io.sluice.upstream.RetryRules.Sent;
import io.sluice.upstream.Selection;
import io.sluice.upstream.Stickiness;
import io.sluice.upstream.UpstreamGroup;

/// An exchange's walk over the peers of a group: who is asked, whether another one is, and what they learn of the client's
/// session. Confined to its worker's event loop.
///
///     Peer peer = walk.next();                       // null: nobody can be asked, which the log has been told
///     if (walk.failed(cause, reused, sent)) next();  // it could not be reached, or gave no answer
///     if (walk.passesOver(status, sent)) next();     // its answer is dropped
///     walk.accept();                                 // its answer is taken
///     walk.release();                                // the exchange is done with it, in whatever way
final class PeerWalk {

    private final Exchange exchange;

    private final RetryRules retries;

    private final Selection selection;

    private final @Nullable StickySession session;

    /// When the first peer was asked.
    private final long startNanos;

    private boolean begun;

    PeerWalk(Exchange exchange, ProxyPlan plan, ProxyTarget target) {
        this.exchange = exchange;
        this.retries = plan.retries();
        this.startNanos = exchange.now();
        this.selection = target.select(exchange, plan);
        this.session = session(exchange, selection.group());
        if (session != null) {
            session.prefer(selection);
        }
    }

    private static @Nullable StickySession session(Exchange exchange, UpstreamGroup group) {
        Stickiness stickiness = group.stickiness();
        StickyRules rules = stickiness == null ? null : exchange.generation().servers().stickyRules(group.name());
        return stickiness == null || rules == null ? null : new StickySession(exchange, stickiness, rules);
    }

    /// Turns to the next peer, and begins its attempt.
    @Nullable Peer next() {
        long now = exchange.now();
        Peer peer = selection.next(now);
        HttpAttempt before = exchange.attempt();
        // What is tried now may follow upon tries of another location, by an internal redirect.
        boolean newGroup = !begun && before != null;
        begun = true;
        if (peer == null) {
            exchange.attempt(new HttpAttempt(selection.group().name(), "", now, before, newGroup));
            Messages.log(exchange, LogLevel.ERROR, () -> "no live upstreams while connecting to upstream");
            return null;
        }
        exchange.attempt(new HttpAttempt(peer.name(), peer.serverName(), now, before, newGroup));
        if (session != null) {
            session.onChosen(peer);
        }
        return peer;
    }

    /// The peer that is asked; null: none at present.
    @Nullable Peer peer() {
        return selection.peer();
    }

    /// Whether a response of this status is dropped in favour of another peer's; the peer is given back then.
    boolean passesOver(int status, Sent sent) {
        long now = exchange.now();
        if (!retries.passOver(status, sent, selection.triesLeft(), startNanos, now)) {
            return false;
        }
        selection.passOver(RetryRules.blames(status), now);
        return true;
    }

    /// The peer has failed, and is given back.
    ///
    /// @param reused a kept connection to it broke
    /// @return whether another one is asked
    boolean failed(NextUpstream cause, boolean reused, Sent sent) {
        long now = exchange.now();
        if (reused) {
            selection.failedReused(now);
        } else {
            selection.failed(now);
        }
        return retries.goOn(cause, sent, selection.triesLeft(), startNanos, now);
    }

    /// The head of the peer's response is good.
    void accept() {
        selection.succeeded();
    }

    /// The response goes to the client as it is, not replaced by an `error_page`.
    void passOn() {
        Peer peer = selection.peer();
        if (session != null && peer != null) {
            session.onHead(peer);
        }
    }

    /// The peer stays taken by what goes on without the exchange, which releases the selection at its end.
    Selection leave() {
        tellServed();
        return selection;
    }

    private void tellServed() {
        Peer peer = selection.peer();
        if (session != null && peer != null) {
            session.onServed(peer);
        }
    }

    /// Gives the peer back without blame. Idempotent.
    void release() {
        try {
            tellServed();
        } finally {
            selection.release();
        }
    }
}

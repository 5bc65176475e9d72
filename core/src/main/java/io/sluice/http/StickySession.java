package io.sluice.http;

import java.time.Instant;

import org.jspecify.annotations.Nullable;

import io.sluice.upstream.Peer;
import io.sluice.upstream.Selection;
import io.sluice.upstream.Stickiness;

/// What `sticky` does for one request. Confined to its worker's event loop.
///
///     session.prefer(selection);       // before the first peer is chosen
///     session.onChosen(peer);          // each time one is
///     session.onHead(peer);            // its response is accepted
///     session.onServed(peer);          // it is given back without blame
final class StickySession {

    private final Exchange exchange;

    private final Stickiness stickiness;

    private final StickyRules rules;

    private final String lookedUp;

    private @Nullable String cookie;

    StickySession(Exchange exchange, Stickiness stickiness, StickyRules rules) {
        this.exchange = exchange;
        this.stickiness = stickiness;
        this.rules = rules;
        this.lookedUp = rules.lookUp(exchange);
    }

    void prefer(Selection selection) {
        stickiness.prefer(selection, lookedUp, exchange.now());
    }

    void onChosen(Peer peer) {
        if (rules.setsCookie()) {
            Instant now = Instant.ofEpochMilli(exchange.resources().clock().wallMillis());
            String made = stickiness.cookie(peer, rules.attributes(exchange), now);
            exchange.response().cookie(cookie, made);
            cookie = made;
        }
    }

    void onHead(Peer peer) {
        if (rules.learnsFromHead()) {
            learn(peer);
        }
    }

    void onServed(Peer peer) {
        if (!rules.learnsFromHead()) {
            learn(peer);
        }
    }

    private void learn(Peer peer) {
        stickiness.learn(peer, rules.created(exchange), lookedUp, exchange.now());
    }
}

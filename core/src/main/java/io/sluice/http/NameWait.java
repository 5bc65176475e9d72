package io.sluice.http;

import org.jspecify.annotations.Nullable;

import io.sluice.config.model.LogLevel;
import io.sluice.resolve.Answer;
import io.sluice.resolve.Asked;
import io.sluice.resolve.LookupError;
import io.sluice.resolve.Question;

/// An exchange's wait for the addresses of a computed name. Confined to its worker's event loop.
///
///     begin --- known ----------------------------------------> ExchangeRoute.proxy
///        |
///        +--- asked --> waiting --- addresses ---------------> ExchangeRoute.proxy
///                           |  ---- an error, a timeout -----> ExchangeRoute.fail(502)
///                           +------ forgotten
final class NameWait {

    private final Exchange exchange;

    /// Null: it does not wait.
    private @Nullable Asked asked;

    /// How often it has begun: an answer to what was asked before may still come.
    private int turn;

    NameWait(Exchange exchange) {
        this.exchange = exchange;
    }

    void begin(ProxyPlan plan, Destination.Named named) {
        Question question = Question.addresses(named.servers(), named.name().host());
        Answer known = exchange.resources().names().known(question, exchange.now());
        if (known != null) {
            exchange.route().proxy(plan, named.resolved(exchange, plan, known));
            return;
        }
        int mine = ++turn;
        exchange.waitFor(Exchange.Waiting.NAME, plan.resolverNanos());
        asked = exchange.resources().names().ask(
                question, plan.resolverNanos(), answer -> exchange.guarded(() -> onAnswer(mine, plan, named, answer)));
    }

    private void onAnswer(int its, ProxyPlan plan, Destination.Named named, Answer answer) {
        Asked waitsFor = asked;
        if (waitsFor == null || its != turn) {
            return;
        }
        asked = null;
        exchange.waitFor(Exchange.Waiting.NOTHING, 0);
        LookupError error = answer.error();
        if (error == null) {
            exchange.route().proxy(plan, named.resolved(exchange, plan, answer));
            exchange.session().readOn();
        } else {
            fail(error, waitsFor.question());
        }
    }

    void onTimeout() {
        Asked waitsFor = asked;
        if (waitsFor != null) {
            forget();
            fail(LookupError.TIMED_OUT, waitsFor.question());
        }
    }

    private void fail(LookupError error, Question question) {
        Messages.log(exchange, LogLevel.ERROR, () -> error.message(question));
        exchange.route().fail(HttpStatus.BAD_GATEWAY);
    }

    /// Waits no longer, if it does.
    void forget() {
        Asked waitsFor = asked;
        if (waitsFor != null) {
            asked = null;
            waitsFor.cancel();
        }
    }
}

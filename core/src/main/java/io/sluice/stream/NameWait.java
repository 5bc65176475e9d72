package io.sluice.stream;

import org.jspecify.annotations.Nullable;

import io.sluice.resolve.Answer;
import io.sluice.resolve.Asked;
import io.sluice.resolve.LookupError;
import io.sluice.resolve.NameServers;
import io.sluice.resolve.Question;
import io.sluice.resolve.TargetName;
import io.sluice.session.FailureKind;

/// A session's wait for the addresses of a computed name. Confined to its worker's event loop.
///
///     begin --- known --------------------------> StreamSession.select
///        |
///        +--- asked --> waiting --- addresses --> StreamSession.select
///                           |  ---- an error, a timeout --> StreamSession.failTarget
///                           +------ forgotten
final class NameWait {

    private final StreamSession session;

    private final String target;

    private final TargetName name;

    /// Null: it does not wait.
    private @Nullable Asked asked;

    /// @param target what the variables came to, no group's name and no address
    NameWait(StreamSession session, String target) {
        this.session = session;
        this.target = target;
        this.name = TargetName.parse(target, 0);
    }

    void begin() {
        if (!name.fault().isEmpty()) {
            SessionMessages.badTarget(session, target, name.fault());
            session.failTarget(FailureKind.BAD_TARGET);
            return;
        }
        NameServers servers = session.server().nameServers();
        if (servers == null) {
            SessionMessages.noResolver(session, name.host());
            session.failTarget(FailureKind.UNRESOLVED);
            return;
        }
        Question question = Question.addresses(servers, name.host());
        SessionResources resources = session.resources();
        Answer known = resources.names().known(question, resources.clock().nanos());
        if (known != null) {
            session.select(target, name.port(), known);
            return;
        }
        session.awaitName();
        asked = resources.names().ask(question, session.server().resolverTimeoutNanos(), answer -> {
            try {
                onAnswer(answer);
            } catch (Throwable fault) {
                session.onFault(fault);
            }
        });
    }

    private void onAnswer(Answer answer) {
        Asked waitsFor = asked;
        if (waitsFor == null) {
            return;
        }
        asked = null;
        LookupError error = answer.error();
        if (error == null) {
            session.select(target, name.port(), answer);
        } else {
            fail(error, waitsFor.question());
        }
    }

    /// `resolver_timeout` has passed.
    void onTimeout() {
        Asked waitsFor = asked;
        if (waitsFor != null) {
            forget();
            fail(LookupError.TIMED_OUT, waitsFor.question());
        }
    }

    private void fail(LookupError error, Question question) {
        SessionMessages.unresolved(session, error, question);
        session.failTarget(FailureKind.UNRESOLVED);
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

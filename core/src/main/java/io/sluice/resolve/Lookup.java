package io.sluice.resolve;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

import io.netty.handler.codec.dns.DnsRecordType;
import org.jspecify.annotations.Nullable;

/// A question on its way, and all who wait for its answer. Confined to the resolver's thread.
///
/// IPv4 and IPv6 addresses are asked for at the same time; the answer is there when both are. Of SRV records each target is
/// looked up like any other name, so that it is asked for once whoever wants it.
final class Lookup {

    private static final int MOST_SERVICES = 64;

    private static final long NOT_FOUND_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final LookupTable table;

    private final Question question;

    private final int turn;

    private final boolean configured;

    private final Set<Asked> waiting = new LinkedHashSet<>();

    private final List<Answer.Found> found = new ArrayList<>();

    private int missing;

    private @Nullable LookupError error;

    private long validUntilNanos = Long.MAX_VALUE;

    private boolean bounded;

    /// @param turn which server is asked first
    /// @param configured the name is the configuration's, not made of what a stranger sends
    Lookup(LookupTable table, Question question, int turn, boolean configured) {
        this.configured = configured;
        this.table = table;
        this.turn = turn;
        this.question = question;
    }

    void add(Asked asked) {
        waiting.add(asked);
    }

    void remove(Asked asked) {
        waiting.remove(asked);
    }

    /// Whether anybody still waits.
    boolean isWanted() {
        // While servers are silent people come and go.
        waiting.removeIf(asked -> !asked.isWaiting());
        return !waiting.isEmpty();
    }

    void start() {
        if (!Question.isName(question.asked())) {
            fail(LookupError.NOT_FOUND);
            finish();
        } else if (!question.service().isEmpty()) {
            inquire(DnsRecordType.SRV);
        } else {
            NameServers servers = question.servers();
            missing = servers.ipv4() && servers.ipv6() ? 2 : 1;
            if (servers.ipv4()) {
                inquire(DnsRecordType.A);
            }
            if (servers.ipv6()) {
                inquire(DnsRecordType.AAAA);
            }
        }
    }

    private void inquire(DnsRecordType type) {
        table.inquiry(question, turn, type, this::isWanted, result -> {
            if (type.equals(DnsRecordType.SRV)) {
                onServices(result);
            } else {
                onHosts(result);
            }
        }).ask();
    }

    private void onHosts(Inquiry.Result result) {
        if (result.error() != null) {
            fail(result.error());
        }
        for (Reading.Data data : result.data()) {
            if (data instanceof Reading.Data.Host(var address) && found.size() < Reading.MOST_RECORDS) {
                found.add(Answer.Found.of(address));
            }
        }
        holdsFor(result);
        oneLess();
    }

    private void onServices(Inquiry.Result result) {
        if (result.error() != null) {
            fail(result.error());
            finish();
            return;
        }
        holdsFor(result);
        List<Reading.Data.Service> services = new ArrayList<>();
        for (Reading.Data data : result.data()) {
            // A root as the target says that there is no such service (RFC 2782).
            if (data instanceof Reading.Data.Service service && !service.target().isEmpty()
                    && services.size() < MOST_SERVICES) {
                services.add(service);
            }
        }
        if (services.isEmpty()) {
            fail(LookupError.NOT_FOUND);
            finish();
            return;
        }
        missing = services.size();
        long deadline = waiting.stream().mapToLong(Asked::deadlineNanos).max().orElse(System.nanoTime());
        for (Reading.Data.Service service : services) {
            Question target = Question.addresses(question.servers(), service.target());
            table.join(new Asked(target, deadline, Runnable::run, answer -> onTarget(service, answer)), configured);
        }
    }

    private void onTarget(Reading.Data.Service service, Answer answer) {
        if (answer.error() != null) {
            fail(answer.error());
        }
        for (Answer.Found each : answer.found()) {
            if (found.size() < Reading.MOST_RECORDS) {
                found.add(new Answer.Found(
                        each.address(), service.target(), service.port(), service.priority(),
                        Math.max(1, service.weight())));
            }
        }
        if (answer.error() == null) {
            holdsUntil(answer.validUntilNanos());
        }
        oneLess();
    }

    /// That a name does not exist says less than any other error.
    private void fail(LookupError why) {
        if (error == null || error == LookupError.NOT_FOUND) {
            error = why;
        }
    }

    private void holdsFor(Inquiry.Result result) {
        if (result.error() == null) {
            long valid = question.servers().validNanos();
            holdsUntil(System.nanoTime() + (valid > 0 ? valid : TimeUnit.SECONDS.toNanos(result.ttlSeconds())));
        }
    }

    private void holdsUntil(long nanos) {
        validUntilNanos = bounded && validUntilNanos - nanos < 0 ? validUntilNanos : nanos;
        bounded = true;
    }

    private void oneLess() {
        if (--missing == 0) {
            finish();
        }
    }

    private void finish() {
        table.finished(question, answer());
    }

    private Answer answer() {
        if (!found.isEmpty()) {
            return new Answer(null, found, validUntilNanos);
        }
        LookupError why = error == null ? LookupError.NOT_FOUND : error;
        long now = System.nanoTime();
        long valid = question.servers().validNanos();
        return Answer.failed(why, why == LookupError.NOT_FOUND ? now + (valid > 0 ? valid : NOT_FOUND_NANOS) : now);
    }

    /// Tells everybody: one whose code throws keeps nobody else from the answer.
    void tell(Answer answer) {
        RuntimeException fault = null;
        for (Asked asked : waiting) {
            try {
                asked.answer(answer);
            } catch (RuntimeException thrown) {
                fault = fault == null ? thrown : fault;
            }
        }
        if (fault != null) {
            throw fault;
        }
    }
}

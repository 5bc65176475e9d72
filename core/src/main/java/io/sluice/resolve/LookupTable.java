package io.sluice.resolve;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

import io.netty.channel.EventLoop;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.dns.DnsRecordType;
import io.netty.resolver.dns.DnsNameResolver;
import io.netty.resolver.dns.DnsNameResolverBuilder;
import io.netty.resolver.dns.DnsNameResolverChannelStrategy;
import io.netty.resolver.dns.NoopAuthoritativeDnsServerCache;
import io.netty.resolver.dns.NoopDnsCache;
import io.netty.resolver.dns.NoopDnsCnameCache;
import io.netty.resolver.dns.SingletonDnsServerAddressStreamProvider;

/// The questions that are on their way, and the answers that are kept. Confined to the resolver's thread.
///
/// Each question is under way once, whoever wants it. Each query has a socket of its own, so that its port is as hard to guess
/// as its number; a response that was cut off is asked for again by TCP.
final class LookupTable implements AutoCloseable {

    /// Names may be made of what strangers send.
    private static final int MOST_UNDER_WAY = 1024;

    private static final int MOST_KEPT = 4096;

    private static final int MOST_BYTES = 4096;

    private final EventLoop loop;

    private final DnsNameResolver resolver;

    /// Answers with addresses, also expired ones; read by all threads, written by this one.
    private final ConcurrentMap<Question, Answer> answers;

    /// The same in the order in which they came.
    private final Map<Question, Answer> byAge = new LinkedHashMap<>();

    private final Map<Question, Lookup> underWay = new HashMap<>();

    /// Names of the configuration, and how often each is watched: no stranger is to take their place.
    private final Map<Question, Integer> watched = new HashMap<>();

    private int turn;

    LookupTable(EventLoop loop, ConcurrentMap<Question, Answer> answers) {
        this.loop = loop;
        this.answers = answers;
        this.resolver = new DnsNameResolverBuilder(loop)
                .datagramChannelType(NioDatagramChannel.class)
                .socketChannelType(NioSocketChannel.class)
                .datagramChannelStrategy(DnsNameResolverChannelStrategy.ChannelPerResolution)
                .nameServerProvider(new SingletonDnsServerAddressStreamProvider(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 53)))
                .resolveCache(NoopDnsCache.INSTANCE)
                .cnameCache(NoopDnsCnameCache.INSTANCE)
                .authoritativeDnsServerCache(NoopAuthoritativeDnsServerCache.INSTANCE)
                .searchDomains(List.of())
                .ndots(0)
                .optResourceEnabled(false)
                .maxPayloadSize(MOST_BYTES)
                .queryTimeoutMillis(TimeUnit.SECONDS.toMillis(Inquiry.RESEND_SECONDS))
                .build();
    }

    /// A question is asked again and again from now on.
    void watch(Question question) {
        watched.merge(question, 1, Integer::sum);
    }

    /// It is not any more; once for each [#watch].
    void unwatch(Question question) {
        watched.computeIfPresent(question, (_, times) -> times == 1 ? null : times - 1);
    }

    /// Waits for an answer, which may come within the call.
    void join(Asked asked) {
        join(asked, watched.containsKey(asked.question()));
    }

    /// Likewise.
    ///
    /// @param configured the name is the configuration's, not made of what a stranger sends: always looked up
    void join(Asked asked, boolean configured) {
        Question question = asked.question();
        if (!asked.isWaiting()) {
            return;
        }
        long now = System.nanoTime();
        Answer known = answers.get(question);
        if (known != null && known.isValid(now)) {
            asked.answer(known);
            return;
        }
        Lookup present = underWay.get(question);
        if (present == null && known == null && !configured && underWay.size() >= MOST_UNDER_WAY) {
            asked.answer(Answer.failed(LookupError.OVERLOADED, now));
            return;
        }
        Lookup lookup = present == null ? new Lookup(this, question, turn++, configured) : present;
        lookup.add(asked);
        long left = Math.max(0, asked.deadlineNanos() - now);
        asked.waitsFor(lookup, loop.schedule(asked::expire, left, TimeUnit.NANOSECONDS));
        if (present == null) {
            underWay.put(question, lookup);
            lookup.start();
        }
    }

    Inquiry inquiry(
            Question question, int first, DnsRecordType type, BooleanSupplier wanted, Consumer<Inquiry.Result> sink) {
        return new Inquiry(loop, resolver, question.servers(), first, question.asked(), type, wanted, sink);
    }

    /// A question has its answer.
    void finished(Question question, Answer answer) {
        Lookup lookup = underWay.remove(question);
        if (answer.error() == null) {
            keep(question, answer);
        } else if (answer.error() == LookupError.NOT_FOUND) {
            // What it was must not come back, at a reload for one.
            byAge.remove(question);
            answers.remove(question);
        }
        if (lookup != null) {
            lookup.tell(answer);
        }
    }

    private void keep(Question question, Answer answer) {
        byAge.remove(question);
        byAge.put(question, answer);
        answers.put(question, answer);
        Iterator<Question> eldest = byAge.keySet().iterator();
        while (byAge.size() > MOST_KEPT && eldest.hasNext()) {
            Question next = eldest.next();
            if (!watched.containsKey(next)) {
                eldest.remove();
                answers.remove(next);
            }
        }
    }

    @Override
    public void close() {
        resolver.close();
    }
}

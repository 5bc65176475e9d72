package io.sluice.resolve;

import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.sluice.config.model.Address;
import io.sluice.config.model.Endpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

@Timeout(30)
class ResolutionTest {

    private static final Duration AMPLE = Duration.ofSeconds(20);

    private static final NameResolver NEVER_ASKED = host -> {
        throw new AssertionError("looked up " + host);
    };

    private static Address ip(String literal, int port) {
        return new Address.Ip(InetAddress.ofLiteral(literal), port);
    }

    @ParameterizedTest
    @CsvSource({"192.0.2.7, 192.0.2.7:80", "::1, [::1]:80", "[2001:db8::1], [2001:db8::1]:80", "fe80::1%1, [fe80::1%1]:80"})
    void literalAddressesAreNeverLookedUp(String host, String printed) {
        Endpoint endpoint = new Endpoint.Host(host, 80);
        Resolution resolution = Resolution.of(List.of(endpoint), NEVER_ASKED, AMPLE);
        assertThat(resolution.addresses(endpoint)).singleElement().hasToString(printed);
    }

    @Test
    void socketPathsAreNeverLookedUp() {
        Endpoint endpoint = new Endpoint.Unix("/run/backend");
        assertThat(Resolution.of(List.of(endpoint), NEVER_ASKED, AMPLE).addresses(endpoint))
                .containsExactly(new Address.Unix("/run/backend"));
    }

    @Test
    void everyAddressIsKeptInTheResolversOrder() {
        NameResolver resolver = _ -> List.of(
                InetAddress.ofLiteral("192.0.2.9"), InetAddress.ofLiteral("192.0.2.1"), InetAddress.ofLiteral("2001:db8::5"));
        Endpoint endpoint = new Endpoint.Host("three.example", 443);
        assertThat(Resolution.of(List.of(endpoint), resolver, AMPLE).addresses(endpoint))
                .containsExactly(ip("192.0.2.9", 443), ip("192.0.2.1", 443), ip("2001:db8::5", 443));
    }

    @Test
    void aNameIsAskedForOnceWhateverItsPorts() {
        AtomicInteger asked = new AtomicInteger();
        NameResolver resolver = _ -> {
            asked.incrementAndGet();
            return List.of(InetAddress.ofLiteral("192.0.2.1"));
        };
        Endpoint one = new Endpoint.Host("same.example", 1);
        Endpoint other = new Endpoint.Host("same.example", 2);
        Resolution resolution = Resolution.of(List.of(one, other, one), resolver, AMPLE);
        assertThat(resolution.addresses(one)).containsExactly(ip("192.0.2.1", 1));
        assertThat(resolution.addresses(other)).containsExactly(ip("192.0.2.1", 2));
        assertThat(asked.get()).isEqualTo(1);
    }

    @Test
    void namesAreLookedUpAtTheSameTime() {
        int names = 40;
        CyclicBarrier all = new CyclicBarrier(names);
        NameResolver resolver = host -> {
            try {
                all.await(20, TimeUnit.SECONDS);
            } catch (Exception e) {
                throw new UnresolvedNameException(host, "was alone");
            }
            return List.of(InetAddress.ofLiteral("192.0.2.1"));
        };
        List<Endpoint> endpoints = IntStream.range(0, names)
                .<Endpoint>mapToObj(i -> new Endpoint.Host("n" + i + ".example", 80)).toList();
        assertThat(Resolution.of(endpoints, resolver, AMPLE).failures()).isEmpty();
    }

    @Test
    void aNameWithoutAnswerFailsAtTheDeadlineOfAll() {
        CountDownLatch never = new CountDownLatch(1);
        NameResolver resolver = host -> {
            if (host.startsWith("silent")) {
                try {
                    never.await();
                } catch (InterruptedException e) {
                    throw new UnresolvedNameException(host, "interrupted");
                }
            }
            return List.of(InetAddress.ofLiteral("192.0.2.1"));
        };
        Endpoint silent = new Endpoint.Host("silent.example", 80);
        Endpoint mute = new Endpoint.Host("silent-too.example", 81);
        Endpoint good = new Endpoint.Host("good.example", 82);
        try {
            long before = System.nanoTime();
            Resolution resolution = Resolution.of(List.of(silent, mute, good), resolver, Duration.ofMillis(200));
            Duration taken = Duration.ofNanos(System.nanoTime() - before);
            assertThat(taken).isGreaterThanOrEqualTo(Duration.ofMillis(200)).isLessThan(Duration.ofSeconds(10));
            assertThat(resolution.failures()).extracting(Resolution.Unresolved::message).containsExactly(
                    "host not found in upstream \"silent.example:80\" (no answer within 200 ms)",
                    "host not found in upstream \"silent-too.example:81\" (no answer within 200 ms)");
            assertThat(resolution.addresses(good)).containsExactly(ip("192.0.2.1", 82));
            assertThatThrownBy(() -> resolution.addresses(silent)).isInstanceOf(IllegalArgumentException.class);
        } finally {
            never.countDown();
        }
    }

    @Test
    void failuresCarryTheResolversReason() {
        NameResolver resolver = host -> {
            if (host.startsWith("broken")) {
                throw new IllegalStateException("out of order");
            }
            if (host.startsWith("empty")) {
                return List.of();
            }
            throw new UnresolvedNameException(host, "Name or service not known");
        };
        List<Endpoint> endpoints = List.of(new Endpoint.Host("gone.example", 80), new Endpoint.Host("broken.example", 80),
                new Endpoint.Host("empty.example", 80));
        assertThat(Resolution.of(endpoints, resolver, AMPLE).failures()).extracting(Resolution.Unresolved::message)
                .containsExactly(
                        "host not found in upstream \"gone.example:80\" (Name or service not known)",
                        "host not found in upstream \"broken.example:80\" (java.lang.IllegalStateException: out of order)",
                        "host not found in upstream \"empty.example:80\" (the name has no address)");
    }

    @Test
    void anInterruptEndsTheWaitAndIsKept() {
        CountDownLatch never = new CountDownLatch(1);
        NameResolver resolver = host -> {
            try {
                never.await();
            } catch (InterruptedException e) {
                throw new UnresolvedNameException(host, "interrupted");
            }
            return List.of();
        };
        Thread.currentThread().interrupt();
        try {
            Resolution resolution = Resolution.of(List.of(new Endpoint.Host("x.example", 1)), resolver, AMPLE);
            assertThat(resolution.failures()).singleElement()
                    .extracting(Resolution.Unresolved::reason).isEqualTo("the lookup was interrupted");
            assertThat(Thread.interrupted()).isTrue();
        } finally {
            Thread.interrupted();
            never.countDown();
        }
    }
}

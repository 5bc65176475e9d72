package io.sluice.resolve;

import java.io.IOException;
import java.lang.ref.WeakReference;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import io.sluice.testing.Eventually;
import io.sluice.testing.FreePorts;
import io.sluice.testing.TestDns;
import io.sluice.testing.UdpClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/// Names resolved by DNS servers while the server runs.
class ResolverLoopTest {

    private static final long TIMEOUT_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final TestDns dns = TestDns.start();

    private final ResolverLoop resolver = new ResolverLoop();

    @AfterEach
    void end() {
        resolver.close();
        dns.close();
    }

    @Test
    void bothKindsOfAddresses() {
        dns.host("both.test", 60, "127.0.0.1", "127.0.0.2", "::1");
        assertThat(addresses(ask(question("both.test"))))
                .containsExactlyInAnyOrder("127.0.0.1", "127.0.0.2", "0:0:0:0:0:0:0:1");
        assertThat(addresses(ask(new Question(servers(0, true, false), "both.test", ""))))
                .containsExactlyInAnyOrder("127.0.0.1", "127.0.0.2");
        assertThat(addresses(ask(new Question(servers(0, false, true), "both.test", "")))).containsExactly("0:0:0:0:0:0:0:1");
    }

    @Test
    void anAnswerIsKeptForItsTime() {
        dns.host("kept.test", 60, "127.0.0.1");
        Question question = question("Kept.Test.");
        assertThat(resolver.known(question, System.nanoTime())).isNull();
        Answer answer = ask(question);
        assertThat(resolver.known(question, System.nanoTime())).isSameAs(answer);
        assertThat(ask(question)).isSameAs(answer);
        assertThat(dns.asked("kept.test")).as("A and AAAA").isEqualTo(2);
        long after = System.nanoTime() + TimeUnit.SECONDS.toNanos(61);
        assertThat(resolver.known(question, after)).isNull();
        assertThat(resolver.last(question)).isSameAs(answer);
    }

    @Test
    void anAnswerThatIsOverIsAskedForAgain() {
        dns.host("short.test", 1, "127.0.0.1");
        Question question = question("short.test");
        ask(question);
        dns.host("short.test", 60, "127.0.0.2");
        Eventually.await("the answer holds no longer", () -> resolver.known(question, System.nanoTime()) == null);
        assertThat(addresses(ask(question))).containsExactly("127.0.0.2");
    }

    @Test
    void validOverridesTheAnswersOwnTime() {
        dns.host("long.test", 3600, "127.0.0.1");
        Question question = new Question(servers(TimeUnit.SECONDS.toNanos(5), true, false), "long.test", "");
        Answer answer = ask(question);
        assertThat(answer.validUntilNanos() - System.nanoTime())
                .isBetween(TimeUnit.SECONDS.toNanos(1), TimeUnit.SECONDS.toNanos(5));
    }

    @Test
    void manyWhoAskAreOneQuestion() {
        dns.host("busy.test", 0, "127.0.0.1").hold();
        List<CompletableFuture<Answer>> all = Stream.generate(() -> future(question("busy.test"), TIMEOUT_NANOS))
                .limit(50).toList();
        Eventually.await("it was asked", () -> dns.asked("busy.test") == 2);
        dns.letGo();
        all.forEach(each -> assertThat(addresses(each.join())).containsExactly("127.0.0.1"));
        assertThat(dns.asked("busy.test")).as("A and AAAA").isEqualTo(2);
    }

    @Test
    void aliasesAreFollowed() {
        dns.alias("one.test", 60, "two.test").alias("two.test", 5, "three.test").host("three.test", 60, "127.0.0.3");
        Answer answer = ask(question("one.test"));
        assertThat(addresses(answer)).containsExactly("127.0.0.3");
        assertThat(answer.validUntilNanos() - System.nanoTime()).isLessThan(TimeUnit.SECONDS.toNanos(6));
    }

    @Test
    void aliasesThatGoAround() {
        dns.alias("here.test", 60, "there.test").alias("there.test", 60, "here.test");
        assertThat(ask(question("here.test")).error()).isEqualTo(LookupError.NOT_FOUND);
    }

    @Test
    void whatDoesNotExist() {
        assertThat(ask(question("missing.test")).error()).isEqualTo(LookupError.NOT_FOUND);
        assertThat(ask(question("no..name")).error()).isEqualTo(LookupError.NOT_FOUND);
        assertThat(ask(question("with space.test")).error()).isEqualTo(LookupError.NOT_FOUND);
        assertThat(ask(question("x".repeat(64) + ".test")).error()).isEqualTo(LookupError.NOT_FOUND);
        dns.host("empty.test", 60);
        assertThat(ask(question("empty.test")).error()).isEqualTo(LookupError.NOT_FOUND);
        assertThat(resolver.known(question("missing.test"), System.nanoTime())).isNull();
    }

    @Test
    void aServersErrorIsTold() {
        dns.fail(2);
        assertThat(ask(question("a.test")).error()).isEqualTo(LookupError.SERVER_FAILURE);
        dns.fail(5);
        assertThat(ask(question("a.test")).error()).isEqualTo(LookupError.REFUSED);
        assertThat(LookupError.REFUSED.message(question("a.test")))
                .isEqualTo("a.test could not be resolved (5: Operation refused)");
    }

    @Test
    void anotherServerIsAskedWhenOneFails() {
        dns.host("a.test", 60, "127.0.0.1");
        try (TestDns broken = TestDns.start()) {
            broken.fail(2);
            NameServers both = new NameServers(List.of(at(broken.port()), at(dns.port())), 0, true, true);
            for (int i = 0; i < 4; i++) {
                assertThat(addresses(ask(new Question(both, "a.test", "")))).containsExactly("127.0.0.1");
            }
        }
    }

    @Test
    void silenceEndsInTime() {
        dns.silent(true);
        long start = System.nanoTime();
        assertThat(future(question("a.test"), TimeUnit.MILLISECONDS.toNanos(300)).join().error())
                .isEqualTo(LookupError.TIMED_OUT);
        assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(TimeUnit.MILLISECONDS.toNanos(300));
    }

    @Test
    void aCutOffAnswerIsAskedForByTcp() {
        dns.host("large.test", 60, Stream.iterate(1, i -> i + 1).limit(100).map(i -> "127.0.1." + i).toArray(String[]::new));
        dns.truncating(true);
        assertThat(ask(new Question(servers(0, true, false), "large.test", "")).found()).hasSize(100);
        assertThat(dns.askedOverTcp()).isEqualTo(1);
    }

    @Test
    void noMoreThanSomeAddressesAreTaken() {
        dns.host("huge.test", 60, Stream.iterate(0, i -> i + 1).limit(1000)
                .map(i -> "127.1." + i / 250 + "." + (1 + i % 250)).toArray(String[]::new));
        dns.truncating(true);
        assertThat(ask(new Question(servers(0, true, false), "huge.test", "")).found()).hasSize(Reading.MOST_RECORDS);
    }

    @Test
    void noMoreThanSomeAddressesOfBothKindsAreTaken() {
        dns.host("huge.test", 60, Stream.iterate(1, i -> i + 1).limit(200)
                .flatMap(i -> Stream.of("127.1.0." + i, "::" + i)).toArray(String[]::new));
        dns.truncating(true);
        assertThat(ask(question("huge.test")).found()).hasSize(Reading.MOST_RECORDS);
    }

    /// Names that strangers make up, and servers that say nothing about them.
    @Test
    void aFloodOfSlowNamesLeavesThoseOfTheConfiguration() {
        try (TestDns other = TestDns.start()) {
            NameServers alive = new NameServers(List.of(at(other.port())), 0, true, false);
            other.host("known.test", 0, "127.0.0.1").host("watched.test", 0, "127.0.0.2").host("new.test", 60, "127.0.0.4")
                    .service("_http._tcp.app.test", 60, "10 5 8080 one.test").host("one.test", 60, "127.0.0.3");
            ask(Question.addresses(alive, "known.test"));
            dns.silent(true);
            var slow = IntStream.range(0, 1024)
                    .mapToObj(i -> future(new Question(servers(0, true, false), "slow" + i + ".test", ""), TIMEOUT_NANOS))
                    .toList();
            assertThat(ask(Question.addresses(alive, "new.test")).error()).isEqualTo(LookupError.OVERLOADED);
            assertThat(addresses(ask(Question.addresses(alive, "known.test")))).containsExactly("127.0.0.1");
            assertThat(watched(Question.addresses(alive, "watched.test"))).containsExactly("127.0.0.2");
            assertThat(watched(Question.service(alive, "app.test", "http"))).containsExactly("127.0.0.3");
            assertThat(slow).noneMatch(CompletableFuture::isDone);
        }
    }

    private List<String> watched(Question question) {
        CompletableFuture<Answer> first = new CompletableFuture<>();
        ResolverLoop.Watch watch = resolver.watch(question, TIMEOUT_NANOS, first::complete);
        try {
            return addresses(first.orTimeout(20, TimeUnit.SECONDS).join());
        } finally {
            watch.stop();
        }
    }

    @Test
    void manyAnswersLeaveThatOfAWatch() {
        dns.host("watched.test", 3600, "127.0.0.1").host("other.test", 3600, "127.0.0.1");
        NameServers servers = servers(0, true, false);
        Question question = new Question(servers, "watched.test", "");
        Question other = new Question(servers, "other.test", "");
        CompletableFuture<Answer> first = new CompletableFuture<>();
        ResolverLoop.Watch watch = resolver.watch(question, TIMEOUT_NANOS, first::complete);
        assertThat(first.orTimeout(20, TimeUnit.SECONDS).join().error()).isNull();
        ask(other);
        for (int i = 0; i < 4100; i++) {
            dns.host("n" + i + ".test", 3600, "127.0.0.1");
        }
        for (int i = 0; i < 4100; i += 100) {
            int from = i;
            List<CompletableFuture<Answer>> some = Stream.iterate(from, n -> n + 1).limit(100)
                    .map(n -> future(new Question(servers, "n" + n + ".test", ""), TIMEOUT_NANOS)).toList();
            some.forEach(CompletableFuture::join);
        }
        assertThat(resolver.last(other)).isNull();
        assertThat(resolver.known(question, System.nanoTime())).isNotNull();
        watch.stop();
    }

    @Test
    void whatServersOfAnotherConfigurationToldAWatchIsKnown() {
        dns.host("app.test", 60, "127.0.0.1");
        Question before = new Question(servers(0, true, false), "app.test", "");
        Question after = new Question(servers(TimeUnit.HOURS.toNanos(1), true, true), "app.test", "");
        assertThat(watched(before)).containsExactly("127.0.0.1");
        assertThat(addresses(Objects.requireNonNull(resolver.last(after)))).containsExactly("127.0.0.1");
        assertThat(resolver.known(after, System.nanoTime())).as("they have to be asked").isNull();
    }

    @Test
    void whatExistsNoMoreIsForgotten() {
        dns.host("gone.test", 0, "127.0.0.1");
        Question question = question("gone.test");
        ask(question);
        assertThat(resolver.last(question)).isNotNull();
        dns.remove("gone.test");
        assertThat(ask(question).error()).isEqualTo(LookupError.NOT_FOUND);
        assertThat(resolver.last(question)).isNull();
    }

    @Test
    void oneWhoThrowsKeepsNobodyFromTheAnswer() {
        dns.host("busy.test", 60, "127.0.0.1").hold();
        Asked throwing = resolver.ask(question("busy.test"), TIMEOUT_NANOS, _ -> {
            throw new IllegalStateException("a fault of this test");
        });
        CompletableFuture<Answer> other = future(question("busy.test"), TIMEOUT_NANOS);
        Eventually.await("it was asked", () -> dns.asked("busy.test") == 2);
        dns.letGo();
        assertThat(addresses(other.orTimeout(20, TimeUnit.SECONDS).join())).containsExactly("127.0.0.1");
        assertThat(throwing.isWaiting()).isFalse();
    }

    /// A flood of sessions that come and go while servers are silent leaves nothing behind.
    @Test
    @Timeout(30)
    void whoAsksNoMoreIsForgotten() {
        dns.silent(true);
        List<WeakReference<Asked>> all = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            Asked asked = resolver.ask(question("slow.test"), TimeUnit.HOURS.toNanos(1), _ -> {});
            all.add(new WeakReference<>(asked));
            asked.cancel();
        }
        while (all.stream().anyMatch(each -> each.get() != null)) {
            System.gc();
        }
        assertThat(all).hasSize(100);
    }

    @Test
    void services() {
        dns.service("_http._tcp.app.test", 60, "10 5 8080 one.test", "10 0 8081 two.test", "20 1 9090 far.test",
                "20 1 9091 missing.test");
        dns.host("one.test", 60, "127.0.0.1").host("two.test", 60, "127.0.0.2").host("far.test", 60, "127.0.0.3");
        Question question = Question.service(servers(0, true, true), "app.test", "http");
        assertThat(ask(question).found()).containsExactlyInAnyOrder(
                new Answer.Found(InetAddress.ofLiteral("127.0.0.1"), "one.test", 8080, 10, 5),
                new Answer.Found(InetAddress.ofLiteral("127.0.0.2"), "two.test", 8081, 10, 1),
                new Answer.Found(InetAddress.ofLiteral("127.0.0.3"), "far.test", 9090, 20, 1));
        assertThat(ask(Question.service(servers(0, true, true), "app.test", "_http._tcp")).found()).hasSize(3);
        assertThat(Question.service(servers(0, true, true), "App.test", "HTTP")).isEqualTo(question);
        assertThat(LookupError.NOT_FOUND.message(question))
                .isEqualTo("service http of app.test could not be resolved (3: Host not found)");
    }

    @Test
    void aServiceThatDoesNotExist() {
        assertThat(ask(Question.service(servers(0, true, true), "app.test", "http")).error()).isEqualTo(LookupError.NOT_FOUND);
        dns.service("_http._tcp.app.test", 60, "10 5 8080 missing.test");
        assertThat(ask(Question.service(servers(0, true, true), "app.test", "http")).error()).isEqualTo(LookupError.NOT_FOUND);
    }

    @Test
    void aWatchSeesChangesAndCanBeStopped() {
        dns.host("watched.test", 1, "127.0.0.1");
        List<Answer> seen = new CopyOnWriteArrayList<>();
        ResolverLoop.Watch watch = resolver.watch(question("watched.test"), TIMEOUT_NANOS, seen::add);
        Eventually.await("the first answer", () -> seen.size() == 1);
        dns.host("watched.test", 1, "127.0.0.2");
        Eventually.await("the change", () -> addresses(seen.getLast()).contains("127.0.0.2"));
        dns.remove("watched.test");
        Eventually.await("the end", () -> seen.getLast().error() == LookupError.NOT_FOUND);
        watch.stop();
        // A closed resolver gives no more answers, and takes questions without failing.
        resolver.close();
        assertThat(future(question("watched.test"), TIMEOUT_NANOS)).isNotDone();
    }

    /// A server that is not ours, and writes names compressed.
    @Test
    void anotherProgramsAnswers() throws IOException {
        Path program = Path.of("/usr/sbin/dnsmasq");
        assumeTrue(Files.isExecutable(program), "no dnsmasq");
        int port = FreePorts.next();
        Process process = new ProcessBuilder(
                        program.toString(), "--keep-in-foreground", "--conf-file=/dev/null", "--no-resolv", "--no-hosts",
                        "--port=" + port, "--listen-address=127.0.0.1", "--bind-interfaces", "--pid-file",
                        "--user=" + System.getProperty("user.name"), "--local=/dns.test/", "--local-ttl=60",
                        "--host-record=app.dns.test,127.0.0.5,::5", "--cname=alias.dns.test,app.dns.test",
                        "--srv-host=_http._tcp.dns.test,app.dns.test,8080,10,5")
                .inheritIO().start();
        try {
            Eventually.await("dnsmasq listens", () -> !UdpClient.isRefused(at(port)));
            NameServers servers = new NameServers(List.of(at(port)), 0, true, true);
            assertThat(addresses(ask(Question.addresses(servers, "alias.dns.test"))))
                    .containsExactlyInAnyOrder("127.0.0.5", "0:0:0:0:0:0:0:5");
            assertThat(ask(Question.service(new NameServers(List.of(at(port)), 0, true, false), "dns.test", "http")).found())
                    .containsExactly(new Answer.Found(InetAddress.ofLiteral("127.0.0.5"), "app.dns.test", 8080, 10, 5));
            assertThat(ask(Question.addresses(servers, "missing.dns.test")).error()).isEqualTo(LookupError.NOT_FOUND);
        } finally {
            process.destroy();
        }
    }

    private Question question(String name) {
        return Question.addresses(servers(0, true, true), name);
    }

    private NameServers servers(long validNanos, boolean ipv4, boolean ipv6) {
        return new NameServers(List.of(at(dns.port())), validNanos, ipv4, ipv6);
    }

    private static InetSocketAddress at(int port) {
        return new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port);
    }

    private Answer ask(Question question) {
        return future(question, TIMEOUT_NANOS).orTimeout(20, TimeUnit.SECONDS).join();
    }

    private CompletableFuture<Answer> future(Question question, long timeoutNanos) {
        CompletableFuture<Answer> answer = new CompletableFuture<>();
        var _ = resolver.ask(question, timeoutNanos, answer::complete);
        return answer;
    }

    private static List<String> addresses(Answer answer) {
        return answer.found().stream().map(found -> found.address().getHostAddress()).toList();
    }
}

package io.sluice.server;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.sluice.config.model.Address;
import io.sluice.config.model.BalancingPolicy;
import io.sluice.config.model.Endpoint;
import io.sluice.config.model.HttpConfig;
import io.sluice.config.model.ListenerConfig;
import io.sluice.config.model.LogLevel;
import io.sluice.config.model.PeerConfig;
import io.sluice.config.model.Position;
import io.sluice.config.model.ProcessConfig;
import io.sluice.config.model.ProxyConfig;
import io.sluice.config.model.SocketOptionsConfig;
import io.sluice.config.model.SocketProtocol;
import io.sluice.config.model.StreamConfig;
import io.sluice.config.model.StreamServerConfig;
import io.sluice.config.model.StreamServerConfig.ConnectionLimits;
import io.sluice.config.model.StreamServerConfig.HandlerConfig;
import io.sluice.config.model.StreamServerConfig.ProxyHeaderOptions;
import io.sluice.config.model.StreamServerConfig.ProxyOptions;
import io.sluice.config.model.UpstreamConfig;
import io.sluice.http.HttpServers;
import io.sluice.log.LogSet;
import io.sluice.log.Logs;
import io.sluice.metrics.Metric;
import io.sluice.route.AccessRules;
import io.sluice.route.RouteTable;
import io.sluice.route.SessionLimits;
import io.sluice.session.ErrorSink;
import io.sluice.session.Outcome;
import io.sluice.stream.Admission;
import io.sluice.stream.HashKeys;
import io.sluice.stream.StreamServer;
import io.sluice.tcp.TcpServer;
import io.sluice.tcp.TcpSite;
import io.sluice.testing.DescriptorCount;
import io.sluice.testing.Eventually;
import io.sluice.testing.FreePorts;
import io.sluice.testing.TestUpstream;
import io.sluice.testing.Wire;
import io.sluice.transport.PipeBudget;
import io.sluice.transport.Transport;
import io.sluice.upstream.UpstreamGroup;
import io.sluice.variable.VariableTable;

import static org.assertj.core.api.Assertions.assertThat;

/// A mistake of the program's own ends the session it happens in, and nothing else. It is made by an error log that throws.
@ParameterizedClass
@EnumSource(Transport.class)
@Timeout(60)
class WorkerFaultTest {

    private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");

    @Parameter
    Transport transport = Transport.EPOLL;

    private final TestUpstream upstream = TestUpstream.start();

    private final Logs logs = new Logs("test");

    private final ProcessMemory memory = new ProcessMemory("test");

    private final SocketOpener opener = new SocketOpener();

    private final FaultyLog log = new FaultyLog();

    private final int port = FreePorts.next();

    private WorkerGroup workers = group();

    private WorkerGroup group() {
        try {
            return new WorkerGroup(transport, new PipeBudget(1024, 64), memory, log, new Retirement(_ -> {}));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /// Throws instead of taking a message that has a certain part; else keeps it.
    private static final class FaultyLog implements ErrorSink {

        private final List<String> lines = new CopyOnWriteArrayList<>();

        private volatile String part = "nothing has this";

        private volatile Runnable fault = () -> {};

        void fails(String at, Runnable how) {
            fault = how;
            part = at;
        }

        @Override
        public boolean admits(LogLevel level) {
            return true;
        }

        @Override
        public void log(LogLevel level, long connection, String message) {
            if (message.startsWith(part)) {
                fault.run();
            }
            lines.add(level.label() + " " + message);
        }
    }

    @BeforeEach
    void start() throws Exception {
        workers = group();
        StreamServerConfig server = new StreamServerConfig(
                Position.NONE, List.of(),
                List.of(new ListenerConfig(
                        Position.NONE, new Address.Ip(LOOPBACK, port), SocketProtocol.TCP, false, false, false,
                        SocketOptionsConfig.DEFAULT)),
                new HandlerConfig.ProxyPass(Position.NONE, "backend"), ProxyHeaderOptions.DEFAULT,
                proxyOptions(), Optional.empty(), Optional.empty(), List.of(), ConnectionLimits.NONE, List.of(),
                List.of(), List.of(), true);
        UpstreamConfig group = new UpstreamConfig(
                Position.NONE, "backend", false,
                List.of(PeerConfig.of(Position.NONE, new Endpoint.Host("127.0.0.1", upstream.port()))),
                new BalancingPolicy.RoundRobin(), Optional.empty());
        StreamConfig stream =
                new StreamConfig(List.of(server), Map.of("backend", group), List.of(), List.of(), List.of(), List.of(), Map.of());
        ProcessConfig process = new ProcessConfig(
                1, List.of(), 1000, OptionalInt.empty(), Duration.ZERO, Optional.empty(), Path.of("/dev/null"),
                List.of(), List.of());
        Generation generation = generation(new ProxyConfig(process, stream, HttpConfig.EMPTY), server, group);
        BoundAddresses bound = new BoundAddresses(opener);
        Opening opening = bound.bind(generation.listenPoints(), 1);
        workers.grow(process);
        opening.listen();
        bound.add(opening);
        workers.install(generation, bound.all(), List.of());
    }

    /// With an idle timeout that a test can wait for.
    private static ProxyOptions proxyOptions() {
        ProxyOptions defaults = ProxyOptions.DEFAULT;
        return new ProxyOptions(
                defaults.connectTimeout(), Duration.ofSeconds(1), defaults.bufferSize(), defaults.nextUpstream(), 0,
                defaults.nextUpstreamTimeout(), false, defaults.bind(), false, OptionalInt.empty(), OptionalInt.empty(),
                defaults.uploadRate(), defaults.downloadRate(), false, defaults.datagrams(), defaults.resolver());
    }

    private Generation generation(ProxyConfig config, StreamServerConfig server, UpstreamConfig group)
            throws Exception {
        LogSet set = logs.newSet(List.of());
        VariableTable variables = VariableTable.of(config.stream());
        StreamServer.Parts parts = new StreamServer.Parts(
                new Admission(new SessionLimits(List.of()), List.of(), LogLevel.ERROR, false, AccessRules.NONE),
                variables, new HashKeys(List.of(group), variables), set.accessLogs(List.of(), Map.of(), variables), log,
                null, null);
        RouteTable.Builder<TcpSite> routes = new RouteTable.Builder<>();
        ListenerConfig listener = server.listeners().getFirst();
        routes.add(listener, TcpSite.of(new TcpServer(server, listener.address(), parts), variables));
        UpstreamGroup resolved = UpstreamGroup.create(
                group, _ -> List.of(new Address.Ip(LOOPBACK, upstream.port())), memory.peers(), log);
        return new Generation(
                1, config, Map.of("backend", resolved), Map.of(), http(config, set),
                List.of(new ListenPoint.Tcp(
                        routes.build().sites().getFirst(), SocketOptionsConfig.DEFAULT, true, null)),
                set);
    }

    private HttpServers http(ProxyConfig config, LogSet set) throws Exception {
        VariableTable variables = VariableTable.of(config.http());
        return HttpServers.compile(config.http(), new HttpServers.Parts(
                variables, set.locationLogs(config.http(), variables), memory.httpLimitZones(), memory.rateZones(),
                memory.tls(), "/", "test"));
    }

    @AfterEach
    void end() {
        log.fails("nothing has this", () -> {});
        workers.drain();
        workers.closeSessions(Outcome.Plain.DRAINED);
        workers.shutDown();
        opener.close();
        logs.close();
        upstream.close();
    }

    private Socket connect() throws IOException {
        Socket socket = new Socket(LOOPBACK, port);
        socket.setSoTimeout(20_000);
        return socket;
    }

    private static void boom() {
        throw new IllegalStateException("boom");
    }

    private long value(Metric metric) {
        return workers.metrics().value(metric);
    }

    /// At accept, in a connect's end, and in the middle of the end itself.
    @ParameterizedTest
    @ValueSource(strings = {"client 127.0.0.1:", "proxy connected to"})
    void endsTheSessionAlone(String message) throws Exception {
        try (Socket other = connect()) {
            assertThat(Wire.echo(other, "before")).isEqualTo("before");
            DescriptorCount before = DescriptorCount.now();
            log.fails(message, WorkerFaultTest::boom);
            for (int i = 0; i < 5; i++) {
                try (Socket socket = connect()) {
                    assertThat(socket.getInputStream().read()).isNegative();
                }
            }
            Eventually.await("all have ended", () -> value(Metric.ENDED_INTERNAL_ERROR) == 5);
            assertThat(value(Metric.SESSIONS_ACTIVE)).isEqualTo(1);
            before.awaitNoMoreSockets();
            assertThat(Wire.echo(other, "after")).isEqualTo("after");
        }
        assertThat(log.lines)
                .filteredOn(line -> line.startsWith("alert "))
                .hasSize(5)
                .allMatch(line -> line.contains("internal fault: java.lang.IllegalStateException: boom at"
                        + " WorkerFaultTest.boom(WorkerFaultTest.java:"))
                .allMatch(line -> line.contains(" while ") && line.contains(", client: 127.0.0.1, server: 127.0.0.1:"));
    }

    @Test
    void inTheEndOfASessionLeavesNothingOfIt() throws Exception {
        DescriptorCount before = DescriptorCount.now();
        log.fails("client disconnected", WorkerFaultTest::boom);
        try (Socket socket = connect()) {
            assertThat(Wire.echo(socket, "hello")).isEqualTo("hello");
        }
        Eventually.await("it is told", () -> log.lines.stream().anyMatch(line -> line.contains("boom")));
        assertThat(value(Metric.SESSIONS_ACTIVE)).isZero();
        assertThat(value(Metric.SESSIONS_RELAYING)).isZero();
        before.awaitNoMoreSockets();
    }

    @Test
    void inATimer() throws Exception {
        log.fails("connection timed out", WorkerFaultTest::boom);
        try (Socket socket = connect();
                Socket second = connect()) {
            assertThat(socket.getInputStream().read()).isNegative();
            assertThat(second.getInputStream().read()).isNegative();
        }
        Eventually.await("both have ended", () -> value(Metric.ENDED_INTERNAL_ERROR) == 2);
        log.fails("nothing has this", () -> {});
        try (Socket socket = connect()) {
            assertThat(Wire.echo(socket, "after")).isEqualTo("after");
        }
    }

    @Test
    void ofTheJvmIsToldLouder() throws Exception {
        log.fails("proxy connected to", () -> {
            throw new OutOfMemoryError("no room");
        });
        try (Socket socket = connect()) {
            assertThat(socket.getInputStream().read()).isNegative();
        }
        Eventually.await("it has ended", () -> value(Metric.ENDED_INTERNAL_ERROR) == 1);
        assertThat(log.lines)
                .anyMatch(line -> line.startsWith("emerg the JVM has failed: java.lang.OutOfMemoryError: no room at"));
    }

    @Test
    void aFaultThatCannotBeToldIsContainedToo() throws Exception {
        log.fails("", WorkerFaultTest::boom);
        for (int i = 0; i < 3; i++) {
            try (Socket socket = connect()) {
                assertThat(socket.getInputStream().read()).isNegative();
            }
        }
        log.fails("nothing has this", () -> {});
        try (Socket socket = connect()) {
            assertThat(Wire.echo(socket, "after")).isEqualTo("after");
        }
    }

    @Test
    void aLoopThatHangsKeepsNobodyFromEnding() throws Exception {
        CountDownLatch testEnds = new CountDownLatch(1);
        log.fails("client 127.0.0.1:", () -> {
            boolean interrupted = false;
            while (testEnds.getCount() > 0) {
                try {
                    testEnds.await();
                } catch (InterruptedException _) {
                    interrupted = true;
                }
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        });
        try (Socket socket = connect()) {
            assertThat(socket.isConnected()).isTrue();
            workers.drain();
            workers.closeSessions(Outcome.Plain.DRAINED);
            workers.shutDown();
            assertThat(log.lines).anyMatch(line -> line.startsWith("emerg a worker has not answered for 5 seconds"));
        } finally {
            testEnds.countDown();
        }
    }
}

package io.sluice.tcp;

import java.io.IOException;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.sluice.testing.Eventually;
import io.sluice.testing.RunningNginx;
import io.sluice.testing.RunningProxy;
import io.sluice.testing.TestUpstream;
import io.sluice.testing.Wire;
import io.sluice.transport.Transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/// `least_conn`, `hash` and `random`, seen from outside.
class BalancingTest {

    private static final int KEYS = 24;

    @ParameterizedTest
    @EnumSource(Transport.class)
    void leastConnGoesWhereFewestAre(Transport transport) throws IOException {
        try (TestUpstream a = TestUpstream.named("a");
                TestUpstream b = TestUpstream.named("b");
                RunningProxy proxy = RunningProxy.start(transport, """
                        upstream backend { least_conn; server %s; server %s; }
                        server { listen 127.0.0.1:0; proxy_pass backend; }
                        """.formatted(a.address(), b.address()))) {
            try (Socket first = proxy.connect(); Socket second = proxy.connect()) {
                assertThat(List.of(Wire.read(first, 1), Wire.read(second, 1))).containsExactlyInAnyOrder("a", "b");
                String kept = Wire.read(proxy.connect(), 1);
                // One peer has two sessions now, the other one: until one of them ends it is the other's turn.
                try (Socket next = proxy.connect()) {
                    assertThat(Wire.read(next, 1)).isNotEqualTo(kept);
                }
                Eventually.await("the session ends", () -> proxy.server().status().sessions() == 3);
                try (Socket again = proxy.connect()) {
                    assertThat(Wire.read(again, 1)).isNotEqualTo(kept);
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"hash $key;", "hash $key consistent;"})
    void hashMapsKeysToPeersAsNginxDoes(String method) throws IOException {
        assumeTrue(RunningNginx.isInstalled(), "no nginx to compare with");
        try (TestUpstream a = TestUpstream.named("a");
                TestUpstream b = TestUpstream.named("b");
                TestUpstream c = TestUpstream.named("c")) {
            StringBuilder stream = new StringBuilder("""
                    upstream backend { %s server %s weight=2; server %s; server %s; }
                    """.formatted(method, a.address(), b.address(), c.address()));
            for (int i = 0; i < KEYS; i++) {
                stream.append("server { listen 127.0.0.1:0; set $key key-").append(i).append("; proxy_pass backend; }\n");
            }
            List<String> expected = new ArrayList<>();
            try (RunningNginx nginx = RunningNginx.start(stream.toString())) {
                for (int i = 0; i < KEYS; i++) {
                    try (Socket socket = nginx.connect(i)) {
                        expected.add(Wire.read(socket, 1));
                    }
                }
            }
            assertThat(expected).contains("a", "b", "c");
            for (Transport transport : Transport.values()) {
                try (RunningProxy proxy = RunningProxy.start(transport, stream.toString())) {
                    for (int i = 0; i < KEYS; i++) {
                        try (Socket socket = proxy.connect(i)) {
                            assertThat(Wire.read(socket, 1)).as("key-" + i).isEqualTo(expected.get(i));
                        }
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void hashOfTheSameKeyGoesToTheSamePeer(Transport transport) throws IOException {
        try (TestUpstream a = TestUpstream.named("a");
                TestUpstream b = TestUpstream.named("b");
                RunningProxy proxy = RunningProxy.start(transport, """
                        upstream backend { hash $remote_addr; server %s; server %s; }
                        server { listen 127.0.0.1:0; proxy_pass backend; }
                        """.formatted(a.address(), b.address()))) {
            for (int i = 0; i < 10; i++) {
                try (Socket socket = proxy.connect()) {
                    Wire.read(socket, 1);
                }
            }
            assertThat(List.of(a.accepted(), b.accepted())).containsExactlyInAnyOrder(10, 0);
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void randomReachesEverybody(Transport transport) throws IOException {
        try (TestUpstream a = TestUpstream.named("a");
                TestUpstream b = TestUpstream.named("b");
                RunningProxy proxy = RunningProxy.start(transport, """
                        upstream backend { random; server %s; server %s; }
                        server { listen 127.0.0.1:0; proxy_pass backend; }
                        """.formatted(a.address(), b.address()))) {
            int sessions = 64;
            for (int i = 0; i < sessions; i++) {
                try (Socket socket = proxy.connect()) {
                    assertThat(Wire.read(socket, 1)).isIn("a", "b");
                }
            }
            // Missing one of two equals 64 times has a chance of 2^-63.
            assertThat(a.accepted()).isBetween(1, sessions - 1);
            assertThat(a.accepted() + b.accepted()).isEqualTo(sessions);
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void randomTwoOfTwoIsLeastConn(Transport transport) throws IOException {
        try (TestUpstream a = TestUpstream.named("a");
                TestUpstream b = TestUpstream.named("b");
                RunningProxy proxy = RunningProxy.start(transport, """
                        upstream backend { random two least_conn; server %s; server %s; }
                        server { listen 127.0.0.1:0; proxy_pass backend; }
                        """.formatted(a.address(), b.address()))) {
            List<Socket> open = new ArrayList<>();
            try {
                for (int i = 0; i < 20; i++) {
                    Socket socket = proxy.connect();
                    open.add(socket);
                    Wire.read(socket, 1);
                }
                assertThat(List.of(a.accepted(), b.accepted())).containsExactly(10, 10);
            } finally {
                for (Socket socket : open) {
                    socket.close();
                }
            }
        }
    }
}

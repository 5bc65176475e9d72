package io.sluice.config.binding;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

import org.junit.jupiter.api.Test;

import io.sluice.config.model.Endpoint;

import static org.assertj.core.api.Assertions.assertThat;

/// The configurations the project began with.
class SeedTest {

    @Test
    void tcpServerRunsWhileTheUdpServerIsSkipped() {
        Bound bound = Bound.of(seed("tcp-udp.conf"));

        assertThat(bound.lines()).containsExactly(
                "warning no-events 1:1 no \"events\" section in configuration",
                "warning udp-not-supported 5:21 UDP servers are not yet supported");
        var stream = bound.result().orElseThrow().stream();
        assertThat(stream.servers()).hasSize(1);
        assertThat(stream.servers().getFirst().listeners()).singleElement()
                .satisfies(listener -> assertThat(listener.address()).hasToString("0.0.0.0:9958"));
        assertThat(stream.upstreams().get("localhost:9958")).satisfies(upstream -> {
            assertThat(upstream.implicit()).isTrue();
            assertThat(upstream.peers().getFirst().endpoint()).isEqualTo(new Endpoint.Host("localhost", 9958));
        });
    }

    @Test
    void udpServersAloneLeaveNothingToServe() {
        Bound bound = Bound.of(seed("dns.conf"), Bound.environment(4, true));

        assertThat(bound.lines()).containsExactly(
                "warning nothing-to-serve 1:1 no server is configured that could be run",
                "warning udp-not-supported 13:29 UDP servers are not yet supported");
        assertThat(bound.result().orElseThrow().process().workers()).isEqualTo(4);
        assertThat(bound.result().orElseThrow().stream().upstreams()).containsOnlyKeys("dns");
    }

    @Test
    void httpIsSkippedWhole() {
        Bound bound = Bound.of(seed("websocket.conf"));

        assertThat(bound.lines()).containsExactly(
                "warning nothing-to-serve 1:1 no server is configured that could be run",
                "warning skipped-block 5:1 \"http\" blocks are not yet supported, this one is skipped");
        assertThat(bound.result()).isPresent();
    }

    private static String seed(String name) {
        try (var in = Objects.requireNonNull(SeedTest.class.getResourceAsStream("/seed/" + name))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

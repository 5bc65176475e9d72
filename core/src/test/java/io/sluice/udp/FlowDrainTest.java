package io.sluice.udp;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.sluice.testing.DatagramClient;
import io.sluice.testing.DatagramEcho;
import io.sluice.testing.RunningProxy;
import io.sluice.transport.Transport;

import static org.assertj.core.api.Assertions.assertThat;

/// Flows at the end of the server: they go on while it drains, and none begins.
class FlowDrainTest {

    @ParameterizedTest
    @EnumSource(Transport.class)
    void theEndOfTheServerEndsFlows(Transport transport) {
        try (DatagramEcho echo = DatagramEcho.start();
                RunningProxy proxy =
                        RunningProxy.start(transport, """
                                log_format end '$protocol $status $session_outcome $bytes_received $bytes_sent $upstream_addr';
                                access_log ${dir}/access.log end;
                                server { listen 127.0.0.1:0 udp; proxy_pass %s; }
                                """.formatted(echo.address()));
                DatagramClient client = DatagramClient.to(proxy.address());
                DatagramClient late = DatagramClient.to(proxy.address())) {
            assertThat(client.exchange("x")).isEqualTo("x");
            proxy.server().quit();
            assertThat(client.exchange("y")).as("flows go on while the server drains").isEqualTo("y");
            late.send("z");
            assertThat(client.exchange("w")).isEqualTo("w");
            assertThat(echo.texts()).containsExactly("x", "y", "w");
            proxy.server().stop();
            assertThat(proxy.awaitLines("access.log", 1)).containsExactly("UDP 200 drained 3 3 " + echo.address());
        }
    }
}

package io.sluice.transport.channel;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import io.sluice.transport.Transport;

import static org.assertj.core.api.Assertions.assertThat;

/// What an idle channel keeps on the heap, Netty's part included.
@Timeout(60)
class ChannelMemoryTest {

    private static final int CHANNELS = 2000;

    /// 890 were measured (JDK 25, compact object headers): pipeline, outbound buffer, options, promises, socket, slot.
    private static final int MOST_BYTES = 1100;

    @Test
    void anIdleChannelIsSmall() throws IOException {
        try (ChannelFixture fixture = new ChannelFixture(Transport.EPOLL)) {
            List<Socket> remotes = new ArrayList<>();
            List<StreamChannel> channels = new ArrayList<>();
            for (int i = 0; i < CHANNELS; i++) {
                remotes.add(fixture.dial());
            }
            List<Integer> descriptors = new ArrayList<>();
            for (int i = 0; i < CHANNELS; i++) {
                descriptors.add(fixture.loop().nextAccepted());
            }
            long before = heapBytes();
            fixture.loop().run(() -> {
                for (int fd : descriptors) {
                    channels.add(fixture.register(Objects.requireNonNull(fixture.channels().adopt(fd))));
                }
            });
            long each = (heapBytes() - before) / CHANNELS;
            assertThat(each).as("heap bytes of a channel").isBetween(100L, (long) MOST_BYTES);
            for (Socket remote : remotes) {
                remote.close();
            }
            fixture.await("all are closed", () -> channels.stream().noneMatch(StreamChannel::isOpen));
        }
    }

    private static long heapBytes() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }
}

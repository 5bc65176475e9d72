package io.sluice.transport.channel;

import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

import io.sluice.transport.Pattern;
import io.sluice.transport.Transport;
import io.sluice.transport.linux.LinuxCalls;
import io.sluice.transport.linux.NativeMemory;

import static io.sluice.transport.linux.LinuxConstants.O_CLOEXEC;
import static io.sluice.transport.linux.LinuxConstants.O_RDONLY;
import static org.assertj.core.api.Assertions.assertThat;

/// How a [StreamChannel] sends files, on both transports.
@ParameterizedClass
@EnumSource(Transport.class)
@Timeout(60)
@SuppressWarnings("FutureReturnValueIgnored") // what counts is what arrives
class FileSectionContractTest {

    private static final int FILE_BYTES = 24 << 20;

    private final ChannelFixture fixture;

    private final Path file;

    FileSectionContractTest(Transport transport) throws IOException {
        file = Files.createTempFile("section", null);
        Files.write(file, Pattern.first(FILE_BYTES));
        fixture = new ChannelFixture(transport);
    }

    @AfterEach
    void stop() throws IOException {
        Files.delete(file);
        fixture.close();
    }

    private FileSection section(long position, long count) {
        LinuxCalls linux = fixture.loop().sockets().linux();
        long path = linux.allocate(1024);
        NativeMemory.putString(path, file.toString());
        int fd = linux.open(path, O_RDONLY | O_CLOEXEC, 0);
        linux.free(path);
        assertThat(fd).isPositive();
        return new FileSection(linux, fd, position, count);
    }

    private boolean isOpen() throws IOException {
        try (var open = Files.list(Path.of("/proc/self/fd"))) {
            return open.anyMatch(each -> {
                try {
                    return Files.readSymbolicLink(each).equals(file);
                } catch (IOException _) {
                    return false;
                }
            });
        }
    }

    @Test
    void sectionsAndBuffersKeepTheirOrder() throws Exception {
        try (Socket remote = fixture.dial()) {
            StreamChannel channel = fixture.accept();
            fixture.loop().run(() -> {
                channel.write(Unpooled.wrappedBuffer(Pattern.first(100)));
                channel.write(section(0, FILE_BYTES));
                channel.write(Unpooled.wrappedBuffer(Pattern.first(200)));
                channel.write(section(1000, 5));
                channel.write(section(7, 0));
                channel.writeAndFlush(Unpooled.wrappedBuffer(Pattern.first(300)));
                channel.endOutput();
            });
            assertThat(remote.getInputStream().readNBytes(100)).isEqualTo(Pattern.first(100));
            assertThat(remote.getInputStream().readNBytes(FILE_BYTES)).isEqualTo(Pattern.first(FILE_BYTES));
            assertThat(remote.getInputStream().readNBytes(200)).isEqualTo(Pattern.first(200));
            assertThat(remote.getInputStream().readNBytes(5))
                    .isEqualTo(Arrays.copyOfRange(Pattern.first(1005), 1000, 1005));
            assertThat(remote.getInputStream().readAllBytes()).isEqualTo(Pattern.first(300));
        }
        assertThat(isOpen()).isFalse();
    }

    @Test
    void partsShareTheDescriptor() throws Exception {
        try (Socket remote = fixture.dial()) {
            StreamChannel channel = fixture.accept();
            fixture.loop().run(() -> {
                FileSection whole = section(0, FILE_BYTES);
                FileSection first = whole.part(7, 20);
                FileSection second = first.part(1000, 30);
                whole.release();
                channel.write(second);
                channel.writeAndFlush(first);
                channel.endOutput();
            });
            assertThat(remote.getInputStream().readNBytes(30))
                    .isEqualTo(Arrays.copyOfRange(Pattern.first(1030), 1000, 1030));
            assertThat(remote.getInputStream().readAllBytes()).isEqualTo(Arrays.copyOfRange(Pattern.first(27), 7, 27));
        }
        assertThat(isOpen()).isFalse();
    }

    @Test
    void aFileThatHasBecomeShorterClosesTheChannel() throws Exception {
        try (Socket remote = fixture.dial()) {
            StreamChannel channel = fixture.accept();
            ChannelFuture sent = fixture.loop().call(() -> channel.writeAndFlush(section(FILE_BYTES - 10, 20)));
            assertThat(remote.getInputStream().readAllBytes()).hasSize(10);
            assertThat(sent.await(5000)).isTrue();
            assertThat(sent.cause()).hasMessageContaining("10 bytes less");
        }
        assertThat(isOpen()).isFalse();
    }

    @Test
    void closingInTheMiddleClosesTheFile() throws Exception {
        try (Socket remote = fixture.dial()) {
            StreamChannel channel = fixture.accept();
            ChannelFuture sent = fixture.loop().call(() -> channel.writeAndFlush(section(0, FILE_BYTES)));
            assertThat(remote.getInputStream().readNBytes(1000)).isEqualTo(Pattern.first(1000));
            assertThat(sent.isDone()).isFalse();
            fixture.loop().run(channel::close);
            assertThat(sent.await(5000)).isTrue();
            assertThat(isOpen()).isFalse();
        }
    }
}

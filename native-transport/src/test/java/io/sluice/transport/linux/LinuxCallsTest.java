package io.sluice.transport.linux;

import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.IntSupplier;

import com.sun.management.ThreadMXBean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static io.sluice.transport.linux.LinuxConstants.AF_INET;
import static io.sluice.transport.linux.LinuxConstants.FIONREAD;
import static io.sluice.transport.linux.LinuxConstants.F_GETFL;
import static io.sluice.transport.linux.LinuxConstants.IPPROTO_TCP;
import static io.sluice.transport.linux.LinuxConstants.MAP_ANONYMOUS;
import static io.sluice.transport.linux.LinuxConstants.MAP_PRIVATE;
import static io.sluice.transport.linux.LinuxConstants.O_CLOEXEC;
import static io.sluice.transport.linux.LinuxConstants.O_NONBLOCK;
import static io.sluice.transport.linux.LinuxConstants.PROT_READ;
import static io.sluice.transport.linux.LinuxConstants.PROT_WRITE;
import static io.sluice.transport.linux.LinuxConstants.SHUT_WR;
import static io.sluice.transport.linux.LinuxConstants.SOCK_CLOEXEC;
import static io.sluice.transport.linux.LinuxConstants.SOCK_STREAM;
import static io.sluice.transport.linux.LinuxConstants.SPLICE_F_NONBLOCK;
import static io.sluice.transport.linux.LinuxConstants.TCP_KEEPCNT;
import static org.assertj.core.api.Assertions.assertThat;

class LinuxCallsTest {

    private static final int CALLS = 50_000;

    /// What is not compiled yet boxes its arguments.
    private static final int MAX_ROUNDS = 20;

    private final LinuxCalls linux = new LinuxCalls();

    private final long memory = linux.allocate(4096);

    @AfterEach
    void free() {
        linux.free(memory);
    }

    @Test
    void errorsAreNegatedErrorNumbers() {
        assertThat(linux.recv(-1, memory, 1, 0)).isEqualTo(-Errno.EBADF);
        assertThat(linux.socket(-1, SOCK_STREAM, 0)).isEqualTo(-97);
        assertThat(linux.mmap(0, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)).isEqualTo(-Errno.EINVAL);
        assertThat(linux.pipe2(-1)).isEqualTo(-Errno.EINVAL);
    }

    @Test
    void errorNumbersHaveTheTextsOfTheSystem() {
        assertThat(Errno.describe(Errno.EAGAIN)).isEqualTo("11: Resource temporarily unavailable");
        assertThat(Errno.describe(Errno.ECONNREFUSED)).isEqualTo("111: Connection refused");
        assertThat(Errno.text(12345)).contains("12345");
    }

    @Test
    void bytesGoThroughAPipe() {
        long ends = linux.pipe2(O_NONBLOCK | O_CLOEXEC);
        int readEnd = (int) ends;
        int writeEnd = (int) (ends >>> 32);
        assertThat(linux.fcntl(readEnd, F_GETFL, 0) & O_NONBLOCK).isEqualTo(O_NONBLOCK);
        assertThat(linux.read(readEnd, memory, 10)).isEqualTo(-Errno.EAGAIN);
        byte[] sent = "through a pipe".getBytes(StandardCharsets.US_ASCII);
        NativeMemory.put(memory, sent, 0, sent.length);
        assertThat(linux.write(writeEnd, memory, sent.length)).isEqualTo(sent.length);
        assertThat(linux.ioctlInt(readEnd, FIONREAD)).isEqualTo(sent.length);
        assertThat(linux.read(readEnd, memory + 100, 100)).isEqualTo(sent.length);
        byte[] received = new byte[sent.length];
        NativeMemory.get(memory + 100, received, 0, received.length);
        assertThat(received).isEqualTo(sent);
        linux.close(writeEnd);
        assertThat(linux.read(readEnd, memory, 10)).isZero();
        linux.close(readEnd);
    }

    @Test
    void bytesGoThroughASocketAndASplice() {
        int listener = linux.socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        NativeMemory.clear(memory, SocketAddresses.MAX_BYTES);
        NativeMemory.putShort(memory, (short) AF_INET);
        NativeMemory.putByte(memory + 4, (byte) 127);
        NativeMemory.putByte(memory + 7, (byte) 1);
        assertThat(linux.bind(listener, memory, 16)).isZero();
        assertThat(linux.listen(listener, 5)).isZero();
        assertThat(linux.socketName(listener, memory, SocketAddresses.MAX_BYTES)).isEqualTo(16);
        int one = linux.socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        assertThat(linux.connect(one, memory, 16)).isZero();
        assertThat(linux.peerName(one, memory + 128, SocketAddresses.MAX_BYTES)).isEqualTo(16);
        assertThat(SocketAddresses.get(memory + 128, 16)).isEqualTo(SocketAddresses.get(memory, 16));
        int other = linux.accept4(listener, 0, 0, SOCK_CLOEXEC);
        assertThat(other).isPositive();
        assertThat(linux.setSocketOption(one, IPPROTO_TCP, TCP_KEEPCNT, 7)).isZero();
        assertThat(linux.socketOption(one, IPPROTO_TCP, TCP_KEEPCNT)).isEqualTo(7);

        long ends = linux.pipe2(O_CLOEXEC);
        NativeMemory.putInt(memory, 42);
        assertThat(linux.send(one, memory, 4, 0)).isEqualTo(4);
        assertThat(linux.shutdown(one, SHUT_WR)).isZero();
        assertThat(linux.splice(other, (int) (ends >>> 32), 4096, SPLICE_F_NONBLOCK)).isEqualTo(4);
        assertThat(linux.splice(other, (int) (ends >>> 32), 4096, SPLICE_F_NONBLOCK)).isZero();
        assertThat(linux.read((int) ends, memory + 8, 100)).isEqualTo(4);
        assertThat(NativeMemory.getInt(memory + 8)).isEqualTo(42);
        for (int fd : new int[] {listener, one, other, (int) ends, (int) (ends >>> 32)}) {
            assertThat(linux.close(fd)).isZero();
        }
    }

    @Test
    void mappedMemoryIsZeroAndCanBeGivenBack() {
        long address = linux.mmap(8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        assertThat(address).isPositive();
        assertThat(NativeMemory.getLong(address + 8184)).isZero();
        NativeMemory.putLong(address + 8184, -1);
        assertThat(NativeMemory.getLong(address + 8184)).isEqualTo(-1);
        assertThat(linux.munmap(address, 8192)).isZero();
    }

    @Test
    void unlinksAPath(@TempDir Path directory) throws Exception {
        Path file = Files.createFile(directory.resolve("ü"));
        NativeMemory.putString(memory, file.toString());
        assertThat(linux.unlink(memory)).isZero();
        assertThat(file).doesNotExist();
        assertThat(linux.unlink(memory)).isEqualTo(-Errno.ENOENT);
    }

    @Test
    void callsAllocateNothing() {
        int epoll = linux.epollCreate(0);
        assertThat(bytesPerCall(() -> linux.recv(-1, memory, 1, 0))).isZero();
        assertThat(bytesPerCall(() -> linux.send(-1, memory, 1, 0))).isZero();
        assertThat(bytesPerCall(() -> linux.splice(-1, -1, 1, 0))).isZero();
        assertThat(bytesPerCall(() -> linux.epollWait(epoll, memory, 1, 0))).isZero();
        assertThat(bytesPerCall(() -> linux.setSocketOption(-1, IPPROTO_TCP, TCP_KEEPCNT, 7))).isZero();
        linux.close(epoll);
    }

    /// Other calls go before, as in a program: what they share with the measured one is compiled for them, too.
    private long bytesPerCall(IntSupplier measured) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long bytes = Long.MAX_VALUE;
        int results = 0;
        for (int round = 0; round < MAX_ROUNDS && bytes >= CALLS; round++) {
            for (int i = 0; i < CALLS; i++) {
                results |= linux.read(-1, memory, 1) | linux.write(-1, memory, 1) | linux.close(-1);
            }
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < CALLS; i++) {
                results |= measured.getAsInt();
            }
            bytes = threads.getCurrentThreadAllocatedBytes() - before;
        }
        assertThat(results).isNegative();
        return bytes / CALLS;
    }
}

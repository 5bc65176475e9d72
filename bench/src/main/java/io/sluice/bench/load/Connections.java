package io.sluice.bench.load;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import io.sluice.transport.SocketLoop;
import io.sluice.transport.StreamHandler;
import io.sluice.transport.StreamSocket;
import io.sluice.transport.linux.Errno;
import io.sluice.transport.linux.LinuxCalls;
import io.sluice.transport.linux.NativeMemory;
import io.sluice.transport.linux.SocketAddresses;

import static io.sluice.transport.linux.LinuxConstants.IPPROTO_IP;
import static io.sluice.transport.linux.LinuxConstants.IPPROTO_TCP;
import static io.sluice.transport.linux.LinuxConstants.IP_BIND_ADDRESS_NO_PORT;
import static io.sluice.transport.linux.LinuxConstants.TCP_NODELAY;

/// The client side's connections: makes them, from the sources in turn, and ends them. Confined to the load loop.
final class Connections {

    /// One that has a connection at a time. Confined to the load loop.
    interface Party {

        /// Takes part from now on. [Connections#onReady] is due once it does, or [Connections#onLost].
        void begin();

        /// Begins nothing more. What is under way counts as [LoadCounters#outstanding] until it is there.
        default void finish() {}

        /// Ends the connection, if there is one.
        void close();
    }

    /// So many begin at a time: more could overflow a queue of connections that wait to be accepted.
    private static final int AT_A_TIME = 64;

    private final SocketLoop loop;

    private final LoadCounters counters;

    private final long sources;

    private final int sourceCount;

    private final int sourceLength;

    private final List<Party> parties = new ArrayList<>();

    private final ArrayDeque<Supplier<Party>> pending = new ArrayDeque<>();

    private int nextSource;

    private int beginning;

    private boolean filling;

    private int ready;

    private int lost;

    Connections(SocketLoop loop, LoadCounters counters, Sources from) {
        this.loop = loop;
        this.counters = counters;
        this.sourceCount = from.addresses().size();
        this.sources = NativeMemory.allocateForever(Math.max(1, (long) sourceCount * SocketAddresses.MAX_BYTES), 16);
        this.sourceLength = from.put(sources);
    }

    SocketLoop loop() {
        return loop;
    }

    LoadCounters counters() {
        return counters;
    }

    /// Takes so many parties into the load, some at a time.
    void begin(int count, Supplier<Party> maker) {
        for (int i = 0; i < count; i++) {
            pending.add(maker);
        }
        fill();
    }

    /// A party takes part for the first time.
    void onReady() {
        ready++;
        beginning--;
        fill();
    }

    /// A party takes part no more.
    ///
    /// @param wasReady whether it ever did
    void onLost(boolean wasReady) {
        lost++;
        if (!wasReady) {
            beginning--;
            fill();
        }
    }

    private void fill() {
        if (filling) {
            return;
        }
        filling = true;
        while (beginning < AT_A_TIME && !pending.isEmpty()) {
            Party party = pending.remove().get();
            beginning++;
            parties.add(party);
            party.begin();
        }
        filling = false;
    }

    /// How many have ever taken part.
    int ready() {
        return ready;
    }

    /// How many take part no more.
    int lost() {
        return lost;
    }

    /// Begins to connect; a failure is counted, and null given.
    @Nullable StreamSocket connect(StreamHandler client, Target target) {
        LinuxCalls linux = loop.linux();
        int fd = loop.newStreamSocket(target.family());
        if (fd < 0) {
            counters.failed("socket() failed (" + Errno.describe(-fd) + ")");
            return null;
        }
        // A message that waits for the one before it to be acknowledged (RFC 896) would be slow by the load's own doing.
        linux.setSocketOption(fd, IPPROTO_TCP, TCP_NODELAY, 1);
        if (sourceCount > 0 && !bind(linux, fd)) {
            return null;
        }
        StreamSocket socket = loop.connect(fd, client, target.sockaddr(), target.length());
        if (socket == null) {
            counters.failed("the kernel refuses to watch a socket");
        }
        return socket;
    }

    /// The port is chosen by connect(2), which knows that two connections with different destinations may share one.
    private boolean bind(LinuxCalls linux, int fd) {
        nextSource = (nextSource + 1) % sourceCount;
        linux.setSocketOption(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, 1);
        int bound = linux.bind(fd, sources + (long) nextSource * sourceLength, sourceLength);
        if (bound < 0) {
            counters.failed("bind() failed (" + Errno.describe(-bound) + ")");
            linux.close(fd);
        }
        return bound >= 0;
    }

    /// Has all parties begin nothing more.
    void finish() {
        pending.clear();
        parties.forEach(Party::finish);
    }

    /// Closes all connections.
    void end() {
        pending.clear();
        parties.forEach(Party::close);
        parties.clear();
        ready = 0;
        lost = 0;
        beginning = 0;
    }
}

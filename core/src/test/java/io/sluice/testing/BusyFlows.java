package io.sluice.testing;

import java.net.InetSocketAddress;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/// Clients of UDP that talk without pause by way of a proxy to a [TestDatagramUpstream#tellingPort], each sending its next
/// datagram when the answer to the last is there. A datagram lost, altered or doubled, and a flow that has changed, is a
/// failure. Thread-safe.
///
///     try (BusyFlows flows = new BusyFlows(proxy::address, 40)) {
///         flows.awaitExchanges(1000);
///         ... reload ...
///         flows.finish();
///         assertThat(flows.failures()).isEmpty();
///     }
public final class BusyFlows implements AutoCloseable {

    private final Queue<String> failures = new ConcurrentLinkedQueue<>();

    private final AtomicInteger running = new AtomicInteger();

    private final AtomicLong exchanges = new AtomicLong();

    private volatile boolean finishing;

    /// @param address of the proxy, asked for each client
    public BusyFlows(Supplier<InetSocketAddress> address, int clients) {
        for (int i = 0; i < clients; i++) {
            String name = "client" + i;
            running.incrementAndGet();
            Thread.ofVirtual().start(() -> {
                try (UdpClient client = UdpClient.to(address.get())) {
                    talk(name, client);
                } catch (AssertionError | RuntimeException e) {
                    failures.add(name + ": " + e);
                } finally {
                    running.decrementAndGet();
                }
            });
        }
    }

    private void talk(String name, UdpClient client) {
        String flow = flow(client, name + " greets");
        for (long number = 0; !finishing; number++) {
            String present = flow(client, name + " " + number);
            if (!present.equals(flow)) {
                throw new AssertionError("datagram " + number + " came from port " + present + ", others from " + flow);
            }
            exchanges.incrementAndGet();
        }
    }

    private static String flow(UdpClient client, String text) {
        String answer = client.exchange(text);
        if (!answer.endsWith(" " + text)) {
            throw new AssertionError("\"" + text + "\" was answered by \"" + answer + "\"");
        }
        return answer.substring(0, answer.indexOf(' '));
    }

    /// What went wrong so far.
    public Iterable<String> failures() {
        return failures;
    }

    /// Waits for so many further exchanges, or for the first failure.
    public void awaitExchanges(int further) {
        long end = exchanges.get() + further;
        Eventually.await(
                () -> (end - exchanges.get()) + " more exchanges",
                () -> exchanges.get() >= end || !failures.isEmpty());
    }

    /// Lets all clients end in order, and waits for them.
    public void finish() {
        finishing = true;
        Eventually.await(() -> running.get() + " clients still run", () -> running.get() == 0);
    }

    @Override
    public void close() {
        finishing = true;
    }
}

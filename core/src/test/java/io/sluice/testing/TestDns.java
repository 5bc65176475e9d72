package io.sluice.testing;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

import org.jspecify.annotations.Nullable;

/// A DNS server whose answers a test changes, for UDP and TCP on one port of the loopback. Thread-safe.
///
///     try (TestDns dns = TestDns.start()) {
///         dns.host("app.test", 1, "127.0.0.1");
///         ... resolver dns.address() ...
///         dns.host("app.test", 1, "127.0.0.2");
///
/// A name without a record of the type asked for has an empty answer, an unknown one none at all. It is written by hand, so that
/// Netty's codec is not tested by itself.
public final class TestDns implements AutoCloseable {

    private static final int A = 1;

    private static final int CNAME = 5;

    private static final int AAAA = 28;

    private static final int SRV = 33;

    private static final int HEADER_BYTES = 12;

    private static final int NOT_FOUND = 3;

    private static final int RESPONSE = 0x8180;

    private static final int TRUNCATED = 0x0200;

    private static final class Resource {

        private final int type;

        private final int ttl;

        private final byte[] data;

        Resource(int type, int ttl, byte[] data) {
            this.type = type;
            this.ttl = ttl;
            this.data = data;
        }
    }

    private final DatagramSocket datagrams;

    private final ServerSocket connections;

    private final Map<String, List<Resource>> names = new ConcurrentHashMap<>();

    private final Map<String, AtomicInteger> asked = new ConcurrentHashMap<>();

    private final AtomicInteger overTcp = new AtomicInteger();

    private volatile int code;

    private volatile boolean silent;

    private volatile boolean truncating;

    /// Under the monitor; null: answers are given at once.
    private @Nullable List<DatagramPacket> held;

    private TestDns(DatagramSocket datagrams, ServerSocket connections) {
        this.datagrams = datagrams;
        this.connections = connections;
    }

    /// Starts without names.
    public static TestDns start() {
        InetAddress loopback = InetAddress.ofLiteral("127.0.0.1");
        try {
            int port = FreePorts.next();
            TestDns dns = new TestDns(
                    new DatagramSocket(new InetSocketAddress(loopback, port)), new ServerSocket(port, 50, loopback));
            Thread.ofVirtual().start(dns::receive);
            Thread.ofVirtual().start(dns::accept);
            return dns;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Where it is, `127.0.0.1:port`.
    public String address() {
        return "127.0.0.1:" + port();
    }

    /// Its port, of both protocols.
    public int port() {
        return connections.getLocalPort();
    }

    /// A name has these addresses from now on, IPv4 or IPv6, and nothing else.
    public TestDns host(String name, int ttl, String... addresses) {
        names.put(name, Arrays.stream(addresses)
                .map(text -> InetAddress.ofLiteral(text).getAddress())
                .map(bytes -> new Resource(bytes.length == 4 ? A : AAAA, ttl, bytes))
                .toList());
        return this;
    }

    /// A name is an alias from now on.
    public TestDns alias(String name, int ttl, String target) {
        names.put(name, List.of(new Resource(CNAME, ttl, encoded(target))));
        return this;
    }

    /// A name has these services from now on, each `priority weight port target`.
    public TestDns service(String name, int ttl, String... services) {
        names.put(name, Arrays.stream(services).map(text -> {
            String[] parts = text.split(" ");
            ByteArrayOutputStream data = new ByteArrayOutputStream();
            for (int i = 0; i < 3; i++) {
                put16(data, Integer.parseInt(parts[i]));
            }
            data.writeBytes(encoded(parts[3]));
            return new Resource(SRV, ttl, data.toByteArray());
        }).toList());
        return this;
    }

    /// A name does not exist any more.
    public void remove(String name) {
        names.remove(name);
    }

    /// Every answer is an error from now on; 0: none is.
    public void fail(int responseCode) {
        code = responseCode;
    }

    /// Whether it says nothing at all.
    public void silent(boolean on) {
        silent = on;
    }

    /// Keeps answers over UDP back from now on.
    public synchronized TestDns hold() {
        held = new ArrayList<>();
        return this;
    }

    /// Gives the answers that were kept back, as they are now, and no longer keeps any.
    public synchronized void letGo() {
        List<DatagramPacket> all = held;
        held = null;
        if (all != null) {
            all.forEach(this::answer);
        }
    }

    /// Whether answers over UDP are cut off.
    public void truncating(boolean on) {
        truncating = on;
    }

    /// How often a name was asked for, in whatever type.
    public int asked(String name) {
        AtomicInteger count = asked.get(name);
        return count == null ? 0 : count.get();
    }

    /// How many questions came over TCP.
    public int askedOverTcp() {
        return overTcp.get();
    }

    private void receive() {
        byte[] buffer = new byte[4096];
        while (!datagrams.isClosed()) {
            try {
                DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
                datagrams.receive(packet);
                take(new DatagramPacket(
                        Arrays.copyOf(buffer, packet.getLength()), packet.getLength(), packet.getSocketAddress()));
            } catch (IOException _) {
                // It is being closed.
            }
        }
    }

    private synchronized void take(DatagramPacket query) {
        count(query.getData());
        if (held == null) {
            answer(query);
        } else {
            held.add(query);
        }
    }

    private void answer(DatagramPacket query) {
        byte[] answer = answer(query.getData(), truncating);
        if (answer != null) {
            try {
                datagrams.send(new DatagramPacket(answer, answer.length, query.getSocketAddress()));
            } catch (IOException _) {
                // It is being closed, or whoever asked is.
            }
        }
    }

    private void accept() {
        while (!connections.isClosed()) {
            try {
                Socket socket = connections.accept();
                Thread.ofVirtual().start(() -> serve(socket));
            } catch (IOException _) {
                // It is being closed.
            }
        }
    }

    private void serve(Socket socket) {
        try (socket; DataInputStream in = new DataInputStream(socket.getInputStream());
                DataOutputStream out = new DataOutputStream(socket.getOutputStream())) {
            while (true) {
                byte[] query = new byte[in.readUnsignedShort()];
                in.readFully(query);
                overTcp.incrementAndGet();
                count(query);
                byte[] answer = answer(query, false);
                if (answer != null) {
                    out.writeShort(answer.length);
                    out.write(answer);
                }
            }
        } catch (IOException _) {
            // The client has gone.
        }
    }

    private byte @Nullable [] answer(byte[] query, boolean cut) {
        String name = name(query);
        int end = HEADER_BYTES + name.length() + 1;
        int type = ((query[end + 1] & 0xff) << 8) | (query[end + 2] & 0xff);
        if (silent) {
            return null;
        }
        List<byte[]> answers = new ArrayList<>();
        boolean known = collect(name, type, answers);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(query, 0, 2);
        put16(out, RESPONSE | (cut ? TRUNCATED : 0) | (code != 0 ? code : known ? 0 : NOT_FOUND));
        put16(out, 1);
        put16(out, cut || code != 0 ? 0 : answers.size());
        put16(out, 0);
        put16(out, 0);
        out.write(query, HEADER_BYTES, end + 5 - HEADER_BYTES);
        if (!cut && code == 0) {
            answers.forEach(out::writeBytes);
        }
        return out.toByteArray();
    }

    private void count(byte[] query) {
        asked.computeIfAbsent(name(query), _ -> new AtomicInteger()).incrementAndGet();
    }

    private static String name(byte[] query) {
        StringBuilder text = new StringBuilder();
        for (int at = HEADER_BYTES; query[at] != 0; at += 1 + query[at]) {
            text.append(text.isEmpty() ? "" : ".")
                    .append(new String(query, at + 1, query[at], StandardCharsets.ISO_8859_1));
        }
        return text.toString().toLowerCase(Locale.ROOT);
    }

    private boolean collect(String name, int type, List<byte[]> answers) {
        List<Resource> resources = names.get(name);
        if (resources == null) {
            return false;
        }
        for (Resource resource : resources) {
            if (resource.type == type || resource.type == CNAME) {
                ByteArrayOutputStream out = new ByteArrayOutputStream();
                out.writeBytes(encoded(name));
                put16(out, resource.type);
                put16(out, 1);
                put16(out, resource.ttl >>> 16);
                put16(out, resource.ttl);
                put16(out, resource.data.length);
                out.writeBytes(resource.data);
                answers.add(out.toByteArray());
            }
        }
        return true;
    }

    private static byte[] encoded(String name) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (String label : name.split("\\.")) {
            out.write(label.length());
            out.writeBytes(label.getBytes(StandardCharsets.ISO_8859_1));
        }
        out.write(0);
        return out.toByteArray();
    }

    private static void put16(ByteArrayOutputStream out, int value) {
        out.write(value >>> 8);
        out.write(value);
    }

    @Override
    public void close() {
        datagrams.close();
        try {
            connections.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

package io.sluice.upstream;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.sluice.config.model.Address;
import io.sluice.config.model.BalancingPolicy;
import io.sluice.testing.RunningNginx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

@Timeout(60)
class IpHashTest extends BalancerContract {

    private static final int CLIENTS = 60;

    @Override
    BalancingPolicy policy() {
        return new BalancingPolicy.IpHash();
    }

    @Override
    double tolerance() {
        return 0.12;
    }

    @Test
    void theKeyIsWhatCountsOfTheAddress() {
        assertThat(Selection.addressKey(ip("192.0.2.17"))).containsExactly(192, 0, 2);
        assertThat(Selection.addressKey(ip("2001:db8::17")))
                .isEqualTo(HexFormat.of().parseHex("20010db8000000000000000000000017"));
        assertThat(Selection.addressKey(new Address.Unix("/run/x"))).containsExactly(0, 0, 0);
    }

    @Test
    void clientsOfOneNetworkShareAPeer() {
        Balancer balancer = group().equalServers(7).build().balancerForWorker();
        Peer first = chosen(balancer, ip("198.51.100.1"));
        for (int host = 2; host < 255; host++) {
            assertThat(chosen(balancer, ip("198.51.100." + host))).isSameAs(first);
        }
    }

    /// The published arithmetic, for random addresses and groups, the whole walk of a session.
    @Test
    void walksAsTheAlgorithmSays() {
        Random random = new Random(7);
        for (int round = 0; round < 300; round++) {
            int[] weights = random.ints(2 + random.nextInt(5), 1, 6).toArray();
            byte[] key = new byte[random.nextBoolean() ? 3 : 16];
            random.nextBytes(key);
            UpstreamGroup group = group().servers(weights).build();
            Selection selection = new Selection(group.balancerForWorker(), key, 0, 1);
            boolean[] tried = new boolean[weights.length];
            long hash = 89;
            for (int misses = 0; misses <= 20;) {
                for (byte b : key) {
                    hash = (hash * 113 + Byte.toUnsignedInt(b)) % 6271;
                }
                int expected = bucket(weights, hash);
                if (tried[expected]) {
                    misses++;
                    continue;
                }
                tried[expected] = true;
                assertThat(group.peers().indexOf(take(selection, 0))).isEqualTo(expected);
                if (selection.triesLeft() == 1) {
                    break;
                }
            }
        }
    }

    private static int bucket(int[] weights, long hash) {
        int total = 0;
        for (int weight : weights) {
            total += weight;
        }
        long rest = hash % total;
        int index = 0;
        while (rest >= weights[index]) {
            rest -= weights[index++];
        }
        return index;
    }

    @Test
    void aFailedPeersClientsGoToAnotherAndComeBack() {
        Balancer balancer = group().equalServers(3).build().balancerForWorker();
        Address client = ip("203.0.113.9");
        Selection failing = new Selection(balancer, Selection.addressKey(client), 0, 1);
        Peer home = take(failing, 0);
        failing.failed(0);
        assertThat(chosen(balancer, client)).isNotSameAs(home);
        assertThat(chosen(balancer, client, 11 * GroupFixture.SECOND)).isSameAs(home);
    }

    /// The nginx of this machine and the same group: each client gets the same peer. Peers are d for down, else a weight.
    @ParameterizedTest
    @ValueSource(strings = {"11", "111", "12151", "1d1d1", "d5", "3232323"})
    void agreesWithNginx(String servers) throws IOException {
        assumeTrue(RunningNginx.isInstalled(), "no nginx to compare with");
        GroupFixture fixture = group();
        StringBuilder http = new StringBuilder("access_log off;\nupstream backend {\nip_hash;\n");
        StringBuilder answers = new StringBuilder();
        for (int i = 0; i < servers.length(); i++) {
            boolean down = servers.charAt(i) == 'd';
            int weight = down ? 2 : servers.charAt(i) - '0';
            fixture.server(line -> down ? line.weight(weight).down() : line.weight(weight));
            http.append("server unix:${dir}/%d.sock weight=%d%s;\n".formatted(i, weight, down ? " down" : ""));
            answers.append("server { listen unix:${dir}/%d.sock; return 200 %d; }\n".formatted(i, i));
        }
        http.append("}\nserver { listen 127.0.0.1:0; location / { proxy_pass http://backend; } }\n").append(answers);
        UpstreamGroup group = fixture.build();
        Balancer balancer = group.balancerForWorker();
        List<Integer> expected = new ArrayList<>();
        List<Integer> actual = new ArrayList<>();
        Random random = new Random(servers.hashCode());
        try (RunningNginx nginx = RunningNginx.startHttp(http.toString())) {
            for (int i = 0; i < CLIENTS; i++) {
                Address.Ip client = ip("127.%d.%d.%d".formatted(random.nextInt(256), random.nextInt(256), 1 + random.nextInt(254)));
                expected.add(askFrom(client.host(), nginx.address(0)));
                actual.add(group.peers().indexOf(chosen(balancer, client)));
            }
        }
        assertThat(actual).isEqualTo(expected);
    }

    private static int askFrom(InetAddress client, InetSocketAddress nginx) throws IOException {
        try (Socket socket = new Socket()) {
            socket.setSoTimeout(20_000);
            socket.bind(new InetSocketAddress(client, 0));
            socket.connect(nginx);
            socket.getOutputStream().write("GET / HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
            assertThat(answer).startsWith("HTTP/1.1 200");
            return answer.charAt(answer.length() - 1) - '0';
        }
    }

    private static Address.Ip ip(String host) {
        return new Address.Ip(InetAddress.ofLiteral(host), 4711);
    }

    private static Peer chosen(Balancer balancer, Address client) {
        return chosen(balancer, client, 0);
    }

    private static Peer chosen(Balancer balancer, Address client, long nowNanos) {
        Selection selection = new Selection(balancer, Selection.addressKey(client), 0, 1);
        Peer peer = take(selection, nowNanos);
        selection.release();
        return peer;
    }
}

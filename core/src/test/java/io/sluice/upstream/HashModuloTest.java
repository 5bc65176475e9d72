package io.sluice.upstream;

import java.nio.charset.StandardCharsets;
import java.util.Random;

import org.junit.jupiter.api.Test;

import io.sluice.config.model.BalancingPolicy;
import io.sluice.config.model.Position;
import io.sluice.config.model.TemplateConfig;

import static org.assertj.core.api.Assertions.assertThat;

class HashModuloTest extends BalancerContract {

    @Override
    BalancingPolicy policy() {
        return new BalancingPolicy.Hash(TemplateConfig.literal(Position.NONE, "k"), false);
    }

    @Override
    double tolerance() {
        return 0.08;
    }

    /// The last digit of the port that each of the keys `k42000`, `k42001`... maps to.
    static String mapping(Balancer balancer, int firstKey, int keys) {
        StringBuilder digits = new StringBuilder();
        for (int i = 0; i < keys; i++) {
            byte[] key = ("k" + (firstKey + i)).getBytes(StandardCharsets.US_ASCII);
            Selection selection = new Selection(balancer, key, 0, i);
            String name = take(selection, 0).name();
            digits.append(name.charAt(name.length() - 1));
            selection.release();
        }
        return digits.toString();
    }

    /// Recorded from nginx 1.22.1 with the same group and keys.
    @Test
    void mapsKeysAsNginxDoes() {
        Balancer balancer = group().servers(1, 2, 1, 5, 1).build().balancerForWorker();
        assertThat(mapping(balancer, 42000, 40)).isEqualTo("4343445444442414424244235444445452254442");
    }

    /// Recorded from nginx 1.22.1: the peers 2 and 4 marked down, so that their keys are hashed again.
    @Test
    void rehashesAsNginxDoes() {
        Balancer balancer = group().server(line -> line).server(line -> line.weight(2).down()).server(line -> line)
                .server(line -> line.weight(5).down()).server(line -> line).build().balancerForWorker();
        assertThat(mapping(balancer, 42200, 40)).isEqualTo("1311313135115513153353353155555135155535");
    }

    /// The published algorithm, checksum bit by bit, for random keys and groups, the whole walk of a session.
    @Test
    void walksAsTheAlgorithmSays() {
        Random random = new Random(42);
        for (int round = 0; round < 200; round++) {
            int[] weights = random.ints(2 + random.nextInt(4), 1, 6).toArray();
            byte[] key = new byte[1 + random.nextInt(40)];
            random.nextBytes(key);
            UpstreamGroup group = group().servers(weights).build();
            Selection selection = new Selection(group.balancerForWorker(), key, 0, 1);
            boolean[] tried = new boolean[weights.length];
            int sum = 0;
            int misses = 0;
            for (int hashes = 0; misses <= 20; hashes++) {
                sum += memcachedHash(hashes, key);
                int expected = bucket(weights, sum);
                if (tried[expected]) {
                    misses++;
                    continue;
                }
                tried[expected] = true;
                Peer chosen = selection.next(0);
                if (chosen == null) {
                    break;
                }
                assertThat(group.peers().indexOf(chosen)).isEqualTo(expected);
            }
        }
    }

    private static int bucket(int[] weights, int sum) {
        int total = 0;
        for (int weight : weights) {
            total += weight;
        }
        int rest = sum % total;
        int index = 0;
        while (rest >= weights[index]) {
            rest -= weights[index++];
        }
        return index;
    }

    private static int memcachedHash(int repetition, byte[] key) {
        String digits = repetition == 0 ? "" : Integer.toString(repetition);
        int crc = 0xffffffff;
        for (byte b : digits.getBytes(StandardCharsets.US_ASCII)) {
            crc = crcByte(crc, b);
        }
        for (byte b : key) {
            crc = crcByte(crc, b);
        }
        return ~crc >>> 16 & 0x7fff;
    }

    static int crcByte(int crc, byte b) {
        int value = crc ^ (b & 0xff);
        for (int bit = 0; bit < 8; bit++) {
            value = (value & 1) != 0 ? value >>> 1 ^ 0xedb88320 : value >>> 1;
        }
        return value;
    }

    @Test
    void anEmptyKeyRotates() {
        Balancer balancer = group().equalServers(3).build().balancerForWorker();
        StringBuilder letters = new StringBuilder();
        for (int i = 0; i < 6; i++) {
            Selection selection = new Selection(balancer, i);
            letters.append(RoundRobinTest.letter(balancer, take(selection, 0)));
            selection.release();
        }
        assertThat(letters).hasToString("abcabc");
    }
}

package io.sluice.route;

import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

import org.junit.jupiter.api.Test;

import io.sluice.config.model.AccessRuleConfig;
import io.sluice.config.model.AccessRuleConfig.Subject;
import io.sluice.config.model.Position;

import static org.assertj.core.api.Assertions.assertThat;

class AccessRulesTest {

    private static final byte[] UNIX = {};

    /// `allow X` and `deny X` separated by semicolons, as in a configuration.
    private static AccessRules rules(String text) {
        List<AccessRuleConfig> rules = new ArrayList<>();
        for (String rule : text.split(";")) {
            String[] words = rule.strip().split(" ");
            rules.add(new AccessRuleConfig(Position.NONE, words[0].equals("allow"), subject(words[1])));
        }
        return AccessRules.compile(rules);
    }

    private static Subject subject(String text) {
        if (text.equals("all")) {
            return new Subject.All();
        }
        if (text.equals("unix:")) {
            return new Subject.Unix();
        }
        int slash = text.indexOf('/');
        InetAddress network = InetAddress.ofLiteral(slash < 0 ? text : text.substring(0, slash));
        int whole = text.indexOf(':') < 0 ? 32 : 128;
        return new Subject.Network(network, slash < 0 ? whole : Integer.parseInt(text.substring(slash + 1)));
    }

    private static byte[] address(String literal) {
        return InetAddress.ofLiteral(literal).getAddress();
    }

    /// `::ffff:a.b.c.d` in 16 bytes, which InetAddress would shorten.
    private static byte[] mapped(String ipv4) {
        byte[] bytes = new byte[16];
        bytes[10] = bytes[11] = (byte) 0xff;
        System.arraycopy(address(ipv4), 0, bytes, 12, 4);
        return bytes;
    }

    @Test
    void withoutRulesEverybodyIsLetIn() {
        assertThat(AccessRules.compile(List.of())).isSameAs(AccessRules.NONE);
        assertThat(AccessRules.NONE.admits(address("192.0.2.1"))).isTrue();
        assertThat(AccessRules.NONE.admits(address("2001:db8::1"))).isTrue();
        assertThat(AccessRules.NONE.admits(UNIX)).isTrue();
    }

    @Test
    void theFirstRuleThatMatchesDecides() {
        AccessRules rules = rules("deny 192.168.1.1; allow 192.168.1.0/24; allow 10.1.1.0/16; allow 2001:0db8::/32; deny all");
        assertThat(rules.admits(address("192.168.1.1"))).isFalse();
        assertThat(rules.admits(address("192.168.1.2"))).isTrue();
        assertThat(rules.admits(address("192.168.1.255"))).isTrue();
        assertThat(rules.admits(address("192.168.2.0"))).isFalse();
        assertThat(rules.admits(address("10.1.255.255"))).isTrue();
        assertThat(rules.admits(address("10.2.0.0"))).isFalse();
        assertThat(rules.admits(address("2001:db8:ffff::1"))).isTrue();
        assertThat(rules.admits(address("2001:db9::"))).isFalse();
        assertThat(rules.admits(UNIX)).isFalse();
    }

    @Test
    void aLaterNarrowerRuleDoesNotOverrideAnEarlierWiderOne() {
        AccessRules rules = rules("allow 10.0.0.0/8; deny 10.1.0.0/16; deny all; allow 11.0.0.1");
        assertThat(rules.admits(address("10.1.2.3"))).isTrue();
        assertThat(rules.admits(address("11.0.0.1"))).isFalse();
    }

    @Test
    void noMatchLetsIn() {
        AccessRules rules = rules("deny 192.0.2.0/24; deny 2001:db8::/32");
        assertThat(rules.admits(address("198.51.100.1"))).isTrue();
        assertThat(rules.admits(address("2001:db9::1"))).isTrue();
        assertThat(rules.admits(UNIX)).isTrue();
        assertThat(rules.admits(address("192.0.2.255"))).isFalse();
    }

    @Test
    void unixSocketsHaveTheirOwnWord() {
        assertThat(rules("allow unix:; deny all").admitsUnix()).isTrue();
        assertThat(rules("deny unix:; allow all").admits(UNIX)).isFalse();
        assertThat(rules("deny unix:").admits(address("192.0.2.1"))).isTrue();
        assertThat(rules("deny 0.0.0.0/0").admitsUnix()).isTrue();
    }

    @Test
    void ipv4InIpv6FormIsJudgedByTheIpv4Rules() {
        assertThat(rules("deny 192.0.2.0/24").admits(mapped("192.0.2.7"))).isFalse();
        assertThat(rules("allow 192.0.2.0/24; deny ::/0").admits(mapped("192.0.2.7"))).isTrue();
        assertThat(rules("allow 192.0.2.0/24; deny ::/0").admits(mapped("203.0.113.7"))).as("no IPv4 rule matches").isTrue();
    }

    @Test
    void ipv4InIpv6FormIsJudgedByTheIpv6RulesWhenThereAreNoOthers() {
        assertThat(rules("deny ::/0").admits(mapped("192.0.2.7"))).isFalse();
        assertThat(rules("deny ::/0").admits(address("192.0.2.7"))).isTrue();
        AccessRules rules = AccessRules.compile(List.of(new AccessRuleConfig(
                Position.NONE, false, new Subject.Network(InetAddress.ofLiteral("::ffff:192.0.2.0"), 120))));
        assertThat(rules.admits(mapped("192.0.2.255"))).isFalse();
        assertThat(rules.admits(mapped("192.0.3.0"))).isTrue();
    }

    @Test
    void prefixesOfEveryLengthEndWhereTheyShould() throws UnknownHostException {
        for (boolean ipv6 : new boolean[] {false, true}) {
            byte[] ones = new byte[ipv6 ? 16 : 4];
            Arrays.fill(ones, (byte) 0xff);
            for (int prefix = 0; prefix <= ones.length * 8; prefix++) {
                AccessRules rules = AccessRules.compile(List.of(new AccessRuleConfig(Position.NONE, false,
                        new Subject.Network(InetAddress.getByAddress(ones), prefix))));
                assertThat(rules.admits(ones)).isFalse();
                if (prefix > 0) {
                    assertThat(rules.admits(flip(ones, prefix - 1))).as("bit " + (prefix - 1) + " differs").isTrue();
                }
                if (prefix < ones.length * 8) {
                    assertThat(rules.admits(flip(ones, prefix))).as("bit " + prefix + " is free").isFalse();
                }
            }
        }
    }

    private static byte[] flip(byte[] address, int bit) {
        byte[] flipped = address.clone();
        flipped[bit / 8] ^= (byte) (0x80 >>> bit % 8);
        return flipped;
    }

    /// Against the rule list walked from its head, on nested and neighbouring networks at the edges of the number range.
    @Test
    void agreesWithWalkingTheList() throws UnknownHostException {
        Random random = new Random(314);
        for (int round = 0; round < 300; round++) {
            boolean ipv6 = random.nextBoolean();
            List<AccessRuleConfig> list = new ArrayList<>();
            for (int i = random.nextInt(12); i >= 0; i--) {
                byte[] network = randomAddress(random, ipv6);
                int prefix = random.nextInt(network.length * 8 + 1);
                for (int bit = prefix; bit < network.length * 8; bit++) {
                    network[bit / 8] &= (byte) ~(0x80 >>> bit % 8);
                }
                list.add(new AccessRuleConfig(Position.NONE, random.nextBoolean(),
                        new Subject.Network(InetAddress.getByAddress(network), prefix)));
            }
            AccessRules rules = AccessRules.compile(list);
            for (int i = 0; i < 200; i++) {
                byte[] address = randomAddress(random, ipv6);
                assertThat(rules.admits(address)).isEqualTo(walk(list, address));
            }
        }
    }

    /// Few different bits, so that networks nest and addresses hit them.
    private static byte[] randomAddress(Random random, boolean ipv6) {
        byte[] address = new byte[ipv6 ? 16 : 4];
        byte[] choice = {0, (byte) 0xff, (byte) 0x80, 1};
        for (int i = 0; i < address.length; i++) {
            address[i] = choice[random.nextInt(choice.length)];
        }
        address[0] = (byte) (random.nextBoolean() ? 0xff : 0x20);
        return address;
    }

    private static boolean walk(List<AccessRuleConfig> list, byte[] address) {
        for (AccessRuleConfig rule : list) {
            if (rule.subject() instanceof Subject.Network(InetAddress network, int prefix)
                    && samePrefix(network.getAddress(), address, prefix)) {
                return rule.allow();
            }
        }
        return true;
    }

    private static boolean samePrefix(byte[] network, byte[] address, int prefix) {
        for (int bit = 0; bit < prefix; bit++) {
            if (((network[bit / 8] ^ address[bit / 8]) & 0x80 >>> bit % 8) != 0) {
                return false;
            }
        }
        return true;
    }

    /// 10,000 rules: asking costs a search by halves and no memory. Walking the list would take 100,000 times 10,000 steps.
    @Test
    void longListsAreCheapToAsk() throws UnknownHostException {
        List<AccessRuleConfig> list = new ArrayList<>();
        for (int i = 0; i < 10_000; i++) {
            byte[] network = {10, (byte) (i >> 8), (byte) i, 0};
            list.add(new AccessRuleConfig(Position.NONE, i % 2 == 0,
                    new Subject.Network(InetAddress.getByAddress(network), 24)));
        }
        list.add(new AccessRuleConfig(Position.NONE, false, new Subject.All()));
        AccessRules rules = AccessRules.compile(list);
        byte[] address = {10, 0, 0, 77};
        com.sun.management.ThreadMXBean threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        long bytes = Long.MAX_VALUE;
        int admitted = 0;
        for (int round = 0; round < 5; round++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            admitted = 0;
            for (int i = 0; i < 100_000; i++) {
                address[1] = (byte) (i >> 8);
                address[2] = (byte) i;
                admitted += rules.admits(address) ? 1 : 0;
            }
            bytes = Math.min(bytes, threads.getCurrentThreadAllocatedBytes() - before);
        }
        // Of 65,536 networks the first 10,000 have rules; 100,000 questions go around once and a half.
        assertThat(admitted).isEqualTo(10_000);
        assertThat(bytes).isLessThan(10_000);
    }
}

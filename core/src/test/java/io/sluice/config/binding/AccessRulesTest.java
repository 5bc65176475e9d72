package io.sluice.config.binding;

import java.net.InetAddress;

import org.junit.jupiter.api.Test;

import io.sluice.config.model.AccessRuleConfig;
import io.sluice.config.model.AccessRuleConfig.Subject;

import static org.assertj.core.api.Assertions.assertThat;

/// `allow` and `deny`.
class AccessRulesTest {

    private static Subject network(String address, int prefixLength) {
        return new Subject.Network(InetAddress.ofLiteral(address), prefixLength);
    }

    @Test
    void subjectsInOrder() {
        var rules = Bound.server("""
                deny 192.168.1.1;
                allow 192.168.1.0/24;
                allow 2001:db8::/32;
                allow ::1;
                allow unix:;
                allow 0.0.0.0/0;
                deny all;
                """).onlyServer().access();

        assertThat(rules).extracting(AccessRuleConfig::subject).containsExactly(
                network("192.168.1.1", 32), network("192.168.1.0", 24), network("2001:db8::", 32), network("::1", 128),
                new Subject.Unix(), network("0.0.0.0", 0), new Subject.All());
        assertThat(rules).extracting(AccessRuleConfig::allow)
                .containsExactly(false, true, true, true, true, true, false);
    }

    @Test
    void lowBitsAreDroppedWithAWarning() {
        Bound bound = Bound.server("allow 10.1.2.3/12;");

        assertThat(bound.lines()).containsExactly(
                "warning meaningless-bits 6:7 low address bits of 10.1.2.3/12 are meaningless");
        assertThat(bound.result().orElseThrow().stream().servers().getFirst().access())
                .extracting(AccessRuleConfig::subject).containsExactly(network("10.0.0.0", 12));
    }

    @Test
    void theInnerLevelReplacesTheOuterOne() {
        var servers = Bound.of("""
                events {}
                stream {
                    allow 10.0.0.1;
                    deny all;
                    server { listen 1; proxy_pass 127.0.0.1:2; }
                    server { listen 2; proxy_pass 127.0.0.1:2; allow 10.0.0.2; }
                }
                """).config().stream().servers();

        assertThat(servers.getFirst().access()).hasSize(2);
        assertThat(servers.getLast().access()).extracting(AccessRuleConfig::subject)
                .containsExactly(network("10.0.0.2", 32));
    }
}

package io.sluice.route;

import java.net.InetAddress;
import java.util.List;

import org.junit.jupiter.api.Test;

import io.sluice.config.model.AccessRuleConfig;
import io.sluice.config.model.LocationOptions.RealIp;
import io.sluice.config.model.Position;
import io.sluice.network.IpText.AddressAndPort;

import static org.assertj.core.api.Assertions.assertThat;

class RealAddressTest {

    private static final byte[] PROXY = {10, 0, 0, 1};

    private static final List<AccessRuleConfig> TRUSTED = List.of(new AccessRuleConfig(
            Position.NONE, true, new AccessRuleConfig.Subject.Network(InetAddress.ofLiteral("10.0.0.0"), 8)));

    private static byte[] find(String header, boolean recursive, String... values) {
        AddressAndPort found =
                RealAddress.of(new RealIp(TRUSTED, header, recursive)).find(PROXY, List.of(values));
        return found == null ? PROXY : found.address();
    }

    @Test
    void everyLineOfXForwardedForCounts() {
        assertThat(find("x-forwarded-for", true, "192.0.2.1", "10.0.0.2")).containsExactly(192, 0, 2, 1);
        assertThat(find("x-forwarded-for", false, "192.0.2.1", "10.0.0.2")).containsExactly(10, 0, 0, 2);
    }

    @Test
    void ofOtherFieldsTheFirstLine() {
        assertThat(find("x-real-ip", true, "192.0.2.1", "10.0.0.2")).containsExactly(192, 0, 2, 1);
        assertThat(find("x-real-ip", false, "192.0.2.1", "10.0.0.2")).containsExactly(192, 0, 2, 1);
        assertThat(find("x-real-ip", false)).isSameAs(PROXY);
    }

    @Test
    void offTrustsNobody() {
        assertThat(RealAddress.OFF.isOff()).isTrue();
        assertThat(RealAddress.OFF.find(PROXY, List.of("192.0.2.1"))).isNull();
        assertThat(RealAddress.of(new RealIp(TRUSTED, "x", false)).isOff()).isFalse();
        assertThat(RealAddress.of(new RealIp(TRUSTED, "x", false)).header()).isEqualTo("x");
    }
}

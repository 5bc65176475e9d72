package io.sluice.route;

import java.net.InetAddress;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import io.sluice.config.model.Address;
import io.sluice.config.model.ListenerConfig;
import io.sluice.config.model.Position;
import io.sluice.config.model.SocketOptionsConfig;
import io.sluice.config.model.SocketProtocol;

import static org.assertj.core.api.Assertions.assertThat;

class RouteTableTest {

    private final RouteTable.Builder<String> builder = new RouteTable.Builder<>();

    private static Address ip(String literal, int port) {
        return new Address.Ip(InetAddress.ofLiteral(literal), port);
    }

    private void listen(Address address, String server, boolean defaultServer) {
        listen(SocketProtocol.TCP, address, server, defaultServer);
    }

    private void listen(SocketProtocol protocol, Address address, String server, boolean defaultServer) {
        builder.add(new ListenerConfig(Position.NONE, address, protocol, defaultServer, false, false, SocketOptionsConfig.DEFAULT), server);
    }

    private static @Nullable String server(RouteTable<String> table, Address local) {
        RouteTable.Site<String> site = table.find(SocketProtocol.TCP, local);
        return site == null ? null : site.defaultServer();
    }

    @Test
    void theFirstServerOfAnAddressIsItsDefault() {
        listen(ip("0.0.0.0", 80), "first", false);
        listen(ip("0.0.0.0", 80), "second", false);
        RouteTable.Site<String> site = builder.build().at(SocketProtocol.TCP, ip("0.0.0.0", 80));
        assertThat(site).isNotNull();
        assertThat(site.defaultServer()).isEqualTo("first");
        assertThat(site.servers()).containsExactly("first", "second");
    }

    @Test
    void defaultServerOverridesTheOrder() {
        listen(ip("0.0.0.0", 80), "first", false);
        listen(ip("0.0.0.0", 80), "second", true);
        assertThat(server(builder.build(), ip("0.0.0.0", 80))).isEqualTo("second");
    }

    @Test
    void theExactAddressGoesBeforeTheWildcard() {
        listen(ip("0.0.0.0", 80), "any", false);
        listen(ip("192.0.2.1", 80), "exact", false);
        RouteTable<String> table = builder.build();
        assertThat(server(table, ip("192.0.2.1", 80))).isEqualTo("exact");
        assertThat(server(table, ip("192.0.2.2", 80))).isEqualTo("any");
        assertThat(server(table, ip("192.0.2.1", 81))).isNull();
    }

    @Test
    void ipv6HasItsOwnWildcardWhichMayReceiveIpv4() {
        listen(ip("::", 80), "any6", false);
        listen(ip("2001:db8::1", 80), "exact6", false);
        RouteTable<String> table = builder.build();
        assertThat(server(table, ip("2001:db8::1", 80))).isEqualTo("exact6");
        assertThat(server(table, ip("2001:db8::2", 80))).isEqualTo("any6");
        assertThat(server(table, ip("192.0.2.1", 80))).isEqualTo("any6");
        listen(ip("0.0.0.0", 80), "any4", false);
        assertThat(server(builder.build(), ip("192.0.2.1", 80))).isEqualTo("any4");
    }

    @Test
    void anIpv4WildcardDoesNotSpeakForIpv6() {
        listen(ip("0.0.0.0", 80), "any4", false);
        assertThat(server(builder.build(), ip("2001:db8::2", 80))).isNull();
    }

    @Test
    void socketPathsAreExact() {
        listen(new Address.Unix("/run/a"), "a", false);
        RouteTable<String> table = builder.build();
        assertThat(server(table, new Address.Unix("/run/a"))).isEqualTo("a");
        assertThat(server(table, new Address.Unix("/run/b"))).isNull();
    }

    @Test
    void tcpAndUdpAreApart() {
        listen(SocketProtocol.TCP, ip("0.0.0.0", 53), "tcp", false);
        listen(SocketProtocol.UDP, ip("0.0.0.0", 53), "udp", false);
        RouteTable<String> table = builder.build();
        assertThat(server(table, ip("127.0.0.1", 53))).isEqualTo("tcp");
        RouteTable.Site<String> udp = table.find(SocketProtocol.UDP, ip("127.0.0.1", 53));
        assertThat(udp).isNotNull();
        assertThat(udp.defaultServer()).isEqualTo("udp");
        assertThat(table.sites()).extracting(RouteTable.Site::defaultServer).containsExactly("tcp", "udp");
    }
}

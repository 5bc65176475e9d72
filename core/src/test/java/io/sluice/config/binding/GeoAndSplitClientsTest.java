package io.sluice.config.binding;

import org.junit.jupiter.api.Test;

import io.sluice.config.model.AccessRuleConfig.Subject;
import io.sluice.config.model.GeoConfig;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

/// `geo` and `split_clients`, of stream and http alike.
class GeoAndSplitClientsTest {

    private static GeoConfig geo(String block) {
        return Bound.http(block + "\nserver { location / { return 200 $g; } }").config().http().geos().getFirst();
    }

    private static String text(GeoConfig.Entry entry) {
        Subject.Network network = (Subject.Network) entry.network().subject();
        return network.network().getHostAddress() + "/" + network.prefixLength() + "=" + entry.value();
    }

    @Test
    void networks() {
        GeoConfig geo = geo("""
                geo $http_x_addr $g {
                    default none;
                    127.0.0.0/8 local;
                    10.1.0.0/16 a;
                    10.1.2.3 host;
                    ::1 six;
                    delete 127.0.0.0/8;
                    proxy 192.168.0.0/16;
                    proxy_recursive;
                }
                """);

        assertThat(geo.source()).hasToString("Optional[${http_x_addr}]");
        assertThat(geo.variable()).isEqualTo("g");
        assertThat(geo.defaultValue()).isEqualTo("none");
        assertThat(geo.entries()).extracting(GeoAndSplitClientsTest::text).containsExactly(
                "10.1.0.0/16=a", "10.1.2.3/32=host", "0:0:0:0:0:0:0:1/128=six");
        assertThat(geo.trustedProxies()).hasSize(1);
        assertThat(geo.proxyRecursive()).isTrue();
    }

    @Test
    void rangesBecomeNetworks() {
        assertThat(geo("geo $g { ranges; default x; 10.0.0.1-10.0.0.6 a; 0.0.0.0-255.255.255.255 b; }").entries())
                .extracting(GeoAndSplitClientsTest::text).containsExactlyInAnyOrder(
                        "10.0.0.1/32=a", "10.0.0.2/31=a", "10.0.0.4/31=a", "10.0.0.6/32=a", "0.0.0.0/0=b");
    }

    @Test
    void aNetworkThatComesTwiceIsWarnedOf() {
        assertThat(Bound.http("geo $g { 10.0.0.0/8 1; 10.0.0.0/8 2; }\nserver { return 200 $g; }").lines()).containsExactly(
                "warning duplicate-network 3:24 duplicate network \"10.0.0.0/8\", value: \"2\", old value: \"1\"");
    }

    @Test
    void splitClients() {
        assertThat(Bound.http("""
                split_clients "${remote_addr}AAA" $variant { 0.5% .one; 2.0% .two; 50% ""; * .rest; }
                server { return 200 $variant; }
                """).config().http().splits()).singleElement().satisfies(split -> {
                    assertThat(split.key()).hasToString("${remote_addr}AAA");
                    assertThat(split.parts()).extracting(p -> p.hundredths(), p -> p.value()).containsExactly(
                            tuple(50, ".one"), tuple(200, ".two"), tuple(5000, ""), tuple(0, ".rest"));
                });
    }

    @Test
    void streamHasThemToo() {
        var stream = Bound.of("""
                events {}
                stream {
                    geo $area { default a; 10.0.0.0/8 b; }
                    split_clients $remote_addr $half { 50% x; * y; }
                    server { listen 1; return "$area $half"; }
                }
                """).config().stream();

        assertThat(stream.geos()).hasSize(1);
        assertThat(stream.splits()).hasSize(1);
    }
}

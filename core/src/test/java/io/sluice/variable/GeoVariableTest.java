package io.sluice.variable;

import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.sluice.config.model.AccessRuleConfig;
import io.sluice.config.model.GeoConfig;
import io.sluice.config.model.Position;
import io.sluice.config.model.StreamConfig;
import io.sluice.config.model.TemplateConfig;
import io.sluice.session.FieldVariable;
import io.sluice.session.HttpVariable;
import io.sluice.session.StreamVariable;
import io.sluice.testing.Allocations;

import static io.sluice.variable.Configs.template;
import static org.assertj.core.api.Assertions.assertThat;

class GeoVariableTest {

    private static final FieldVariable FORWARDED_FOR =
            new FieldVariable(FieldVariable.Family.HTTP, "x-forwarded-for");

    private static final List<GeoConfig.Entry> ENTRIES = List.of(
            entry("10.0.0.0/8", "ten"),
            entry("10.1.0.0/16", "ten.one"),
            entry("10.1.2.3/32", "ten.one.two.three"),
            entry("127.0.0.0/8", "first"),
            entry("127.0.0.0/8", "second"),
            entry("2001:db8::/32", "documentation"),
            entry("2001:db8:1::/48", "one"),
            entry("255.255.255.255/32", "none"));

    private static GeoConfig.Entry entry(String network, String value) {
        return new GeoConfig.Entry(Position.NONE, rule(network), value);
    }

    private static AccessRuleConfig rule(String network) {
        int slash = network.indexOf('/');
        return new AccessRuleConfig(Position.NONE, true, new AccessRuleConfig.Subject.Network(
                InetAddress.ofLiteral(network.substring(0, slash)), Integer.parseInt(network.substring(slash + 1))));
    }

    static GeoConfig geo(Optional<TemplateConfig> source, List<GeoConfig.Entry> entries, boolean recursive, String... trusted) {
        List<AccessRuleConfig> rules = new ArrayList<>();
        for (String network : trusted) {
            rules.add(rule(network));
        }
        return new GeoConfig(Position.NONE, source, "area", entries, "default", rules, recursive);
    }

    private static StreamConfig stream(GeoConfig geo) {
        return new StreamConfig(List.of(), Map.of(), List.of(), List.of(geo), List.of(), List.of(), Map.of());
    }

    private static String binary(String address) {
        return address.equals("unix:") ? address
                : new String(InetAddress.ofLiteral(address).getAddress(), StandardCharsets.ISO_8859_1);
    }

    @ParameterizedTest
    @CsvSource({
        "10.2.3.4,            ten",
        "10.1.9.9,            ten.one",
        "10.1.2.3,            ten.one.two.three",
        "10.1.2.4,            ten.one",
        "127.0.0.1,           second",
        "11.0.0.0,            default",
        "9.255.255.255,       default",
        "2001:db8::1,         documentation",
        "2001:db8:1:2::3,     one",
        "2001:db9::,          default",
        "::ffff:10.1.2.3,     ten.one.two.three",
        "no address,          none",
        "10.1.2,              none",
        "10.1.2.256,          none",
        "10.1.2.3.4,          none",
        "[2001:db8::1],       none",
        "2001:db8::1%eth0,    none",
        "'',                  none",
        "255.255.255.255,     none",
    })
    void theSmallestNetworkDecides(String address, String expected) {
        VariableTable table = VariableTable.of(stream(geo(Optional.of(template("$server_name")), ENTRIES, false)));
        FakeSession session = new FakeSession(table).with(StreamVariable.SERVER_NAME, address);
        assertThat(table.compile(template("$area")).evaluate(session)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({"10.2.3.4, ten", "2001:db8:1::, one", "1.1.1.1, default", "unix:, none"})
    void withoutASourceTheClientIsMeant(String address, String expected) {
        VariableTable table = VariableTable.of(stream(geo(Optional.empty(), ENTRIES, false)));
        FakeSession session = new FakeSession(table).with(StreamVariable.BINARY_REMOTE_ADDR, binary(address));
        assertThat(table.compile(template("$area")).evaluate(session)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        // client,       X-Forwarded-For,                   plain,    recursive
        "192.168.0.1,    10.1.0.1,                          ten.one,  ten.one",
        "192.168.0.1,    '10.1.0.1, 192.168.0.2',           default,  ten.one",
        "192.168.0.1,    '10.9.9.9, 10.1.0.1, 192.168.0.2', default,  ten.one",
        "192.168.0.1,    'nonsense, 192.168.0.2',           default,  default",
        "192.168.0.1,    '10.1.0.1:8080',                   ten.one,  ten.one",
        "192.168.0.1,    '[2001:db8::1]:1',                 documentation, documentation",
        "10.0.0.1,       127.0.0.1,                         ten,      ten",
        "192.168.0.1,    ,                                  default,  default",
    })
    void proxiesSpeakForClients(String client, String list, String plain, String recursive) {
        for (boolean each : new boolean[] {false, true}) {
            VariableTable table = VariableTable.of(
                    new HttpConfigs().geo(geo(Optional.empty(), ENTRIES, each, "192.168.0.0/16")).build());
            FakeSession exchange = new FakeSession(table).with(HttpVariable.BINARY_REMOTE_ADDR, binary(client));
            if (list != null) {
                exchange.with(FORWARDED_FOR, list);
            }
            assertThat(table.compile(template("$area")).evaluate(exchange)).isEqualTo(each ? recursive : plain);
        }
    }

    @Test
    void aValueIsComputedOnceAndThenAllocatesNothing() {
        VariableTable table = VariableTable.of(stream(geo(Optional.empty(), ENTRIES, false)));
        Template template = table.compile(template("$area"));
        FakeSession session = new FakeSession(table).with(StreamVariable.BINARY_REMOTE_ADDR, binary("10.0.0.1"));
        assertThat(template.evaluate(session)).isEqualTo("ten");
        assertThat(session.reads()).isEqualTo(1);
        assertThat(Allocations.bytesPerCall(10_000, () -> template.evaluate(session))).isZero();
    }
}

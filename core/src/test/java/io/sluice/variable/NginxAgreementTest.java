package io.sluice.variable;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import io.sluice.config.model.AccessRuleConfig;
import io.sluice.config.model.AccessRuleConfig.Subject;
import io.sluice.config.model.GeoConfig;
import io.sluice.config.model.Position;
import io.sluice.config.model.SplitClientsConfig;
import io.sluice.config.model.StreamConfig;
import io.sluice.session.StreamVariable;
import io.sluice.testing.RunningNginx;
import io.sluice.testing.Wire;

import static io.sluice.variable.Configs.template;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/// The same networks and shares: nginx and Sluice give an address the same values.
///
/// nginx is told the address by a PROXY protocol header, so that it may be any, and none.
class NginxAgreementTest {

    private static final int ADDRESSES = 300;

    private static final long SEED = 20261125;

    private final Random random = new Random(SEED);

    @BeforeAll
    static void nginxIsThere() {
        assumeTrue(RunningNginx.isInstalled(), "no nginx to compare with");
    }

    @Test
    void geoAndSplitClients() throws IOException {
        List<GeoConfig.Entry> entries = entries();
        List<SplitClientsConfig.Part> parts = List.of(
                new SplitClientsConfig.Part(Position.NONE, 50, "half a percent"),
                new SplitClientsConfig.Part(Position.NONE, 3333, "a third"),
                new SplitClientsConfig.Part(Position.NONE, 1, "few"),
                new SplitClientsConfig.Part(Position.NONE, 4000, "many"));
        VariableTable table = VariableTable.of(new StreamConfig(
                List.of(), Map.of(), List.of(),
                List.of(new GeoConfig(
                        Position.NONE, Optional.of(template("$proxy_protocol_addr")), "area", entries, "elsewhere", List.of(),
                        false)),
                List.of(new SplitClientsConfig(Position.NONE, template("$proxy_protocol_addr+key"), "variant", parts)),
                List.of(), Map.of()));
        Template template = table.compile(template("$area|$variant"));
        try (RunningNginx nginx = RunningNginx.start(configuration(entries, parts))) {
            for (String address : addresses()) {
                FakeSession session = new FakeSession(table).with(StreamVariable.PROXY_PROTOCOL_ADDR, address);
                assertThat(template.evaluate(session)).as(address).isEqualTo(ask(nginx, address));
            }
        }
    }

    private static String ask(RunningNginx nginx, String address) throws IOException {
        try (Socket socket = nginx.connect(0)) {
            String family = address.indexOf(':') < 0 ? "TCP4" : "TCP6";
            String header = "PROXY " + family + " " + address + " " + address + " 1 2\r\n";
            socket.getOutputStream().write(header.getBytes(StandardCharsets.US_ASCII));
            return Wire.readAll(socket);
        }
    }

    private static String configuration(List<GeoConfig.Entry> entries, List<SplitClientsConfig.Part> parts) {
        StringBuilder text = new StringBuilder("geo $proxy_protocol_addr $area {\ndefault elsewhere;\n");
        for (GeoConfig.Entry entry : entries) {
            Subject.Network network = (Subject.Network) entry.network().subject();
            text.append(network.network().getHostAddress()).append('/').append(network.prefixLength())
                    .append(' ').append(entry.value()).append(";\n");
        }
        text.append("}\nsplit_clients \"${proxy_protocol_addr}+key\" $variant {\n");
        for (SplitClientsConfig.Part part : parts) {
            text.append("%d.%02d%% \"%s\";\n".formatted(part.hundredths() / 100, part.hundredths() % 100, part.value()));
        }
        return text.append("}\nserver { listen 127.0.0.1:0 proxy_protocol; return \"$area|$variant\"; }\n").toString();
    }

    /// Networks that nest and repeat, of few leading bytes, so that addresses fall into them.
    private List<GeoConfig.Entry> entries() {
        List<GeoConfig.Entry> entries = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            boolean ipv4 = random.nextBoolean();
            byte[] bytes = bytes(ipv4);
            int prefixLength = random.nextInt(bytes.length * Byte.SIZE) + 1;
            for (int bit = prefixLength; bit < bytes.length * Byte.SIZE; bit++) {
                bytes[bit / Byte.SIZE] &= (byte) ~(0x80 >> bit % Byte.SIZE);
            }
            entries.add(entry(bytes, prefixLength, "network" + i));
        }
        // 255.255.255.255 itself is no address to nginx.
        entries.add(entry(new byte[] {-1, -1, -1, -2}, 31, "none"));
        return entries;
    }

    private static GeoConfig.Entry entry(byte[] address, int prefixLength, String value) {
        Subject.Network network = new Subject.Network(inet(address), prefixLength);
        return new GeoConfig.Entry(Position.NONE, new AccessRuleConfig(Position.NONE, true, network), value);
    }

    private List<String> addresses() {
        List<String> addresses = new ArrayList<>(List.of(
                "255.255.255.255", "0.0.0.0", "::", "::1", "::ffff:1.1.1.1", "1.2.3", "1.2.3.4.5", "1.2.3.256", "f", "1::2::3",
                "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "12345::"));
        for (int i = 0; i < ADDRESSES; i++) {
            addresses.add(inet(bytes(random.nextBoolean())).getHostAddress());
        }
        return addresses;
    }

    private byte[] bytes(boolean ipv4) {
        byte[] bytes = new byte[ipv4 ? 4 : 16];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (1 + random.nextInt(3));
        }
        return bytes;
    }

    private static InetAddress inet(byte[] address) {
        try {
            return InetAddress.getByAddress(address);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}

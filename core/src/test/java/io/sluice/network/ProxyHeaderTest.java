package io.sluice.network;

import java.io.ByteArrayOutputStream;
import java.util.HexFormat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.sluice.network.ProxyHeader.Broken;
import io.sluice.network.ProxyHeader.Complete;
import io.sluice.network.ProxyHeader.Incomplete;
import io.sluice.network.ProxyHeader.Reading;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

class ProxyHeaderTest {

    private static final String SIGNATURE = "0d0a0d0a000d0a515549540a";

    private static Reading read(String text) {
        byte[] bytes = text.getBytes(ISO_8859_1);
        return ProxyHeader.read(bytes, bytes.length);
    }

    private static byte[] hex(String digits) {
        return HexFormat.of().parseHex(digits.replace(" ", ""));
    }

    private static Complete complete(byte[] bytes) {
        return (Complete) ProxyHeader.read(bytes, bytes.length);
    }

    @Test
    void readsVersion1() {
        String line = "PROXY TCP4 192.0.2.1 198.51.100.2 56324 443\r\n";
        Complete complete = (Complete) read(line + "GET / HTTP/1.1\r\n");
        assertThat(complete.length()).isEqualTo(line.length());
        ProxyHeader header = complete.header();
        assertThat(header.source()).isEqualTo("192.0.2.1");
        assertThat(header.sourcePort()).isEqualTo(56324);
        assertThat(header.destination()).isEqualTo("198.51.100.2");
        assertThat(header.destinationPort()).isEqualTo(443);
        assertThat(header.sourceAndPort()).isEqualTo("192.0.2.1:56324");
        assertThat(header.tlv("alpn")).isNull();
        for (int i = 0; i < line.length(); i++) {
            assertThat(read(line.substring(0, i))).as(i + " bytes").isInstanceOf(Incomplete.class);
        }
        assertThat(((Complete) read("PROXY TCP6 2001:db8::1 ::1 1 65535\r\n")).header().sourceAndPort())
                .isEqualTo("[2001:db8::1]:1");
    }

    @Test
    void unknownSpeaksForNobody() {
        String line = "PROXY UNKNOWN ffff:ffff::ffff ffff::ffff 65535 65535\r\n";
        Complete complete = (Complete) read(line);
        assertThat(complete.length()).isEqualTo(line.length());
        assertThat(complete.header().hasAddresses()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "GET / HTTP/1.1\r\n", "PROXY\r\n", "PROXY UDP4 1.2.3.4 1.2.3.4 1 1\r\n", "PROXY TCP4 1.2.3.4 1.2.3.4 1\r\n",
        "PROXY TCP4 1.2.3.4 1.2.3.4 1 65536\r\n", "PROXY TCP4 host 1.2.3.4 1 1\r\n", "PROXY TCP4  1.2.3.4 1 1\r\n",
        "PROXY TCP4 1.2.3.4 1.2.3.4 -1 1\r\n", "PROXY TCP4 1.2.3.4 1.2.3.4 1 1 \r\n"})
    void whatIsNoHeaderIsShown(String text) {
        assertThat(read(text)).isEqualTo(new Broken("broken header: \"" + text.strip() + (text.endsWith(" \r\n") ? " " : "") + "\""));
    }

    @Test
    void aLineThatDoesNotEndIsBroken() {
        String line = "PROXY TCP4 " + "1".repeat(95);
        assertThat(read(line)).isInstanceOf(Incomplete.class);
        assertThat(read(line + "1")).isEqualTo(new Broken("broken header: \"" + line + "1\""));
        assertThat(read("\u0016\u0003\u0001")).isEqualTo(new Broken("broken header: \"\\x16\\x03\\x01\""));
    }

    @Test
    void readsVersion2() {
        byte[] bytes = hex(SIGNATURE + "21 11 000c c0000201 c6336402 dc04 01bb" + "474554");
        Complete complete = complete(bytes);
        assertThat(complete.length()).isEqualTo(28);
        assertThat(complete.header().sourceAndPort()).isEqualTo("192.0.2.1:56324");
        assertThat(complete.header().destination()).isEqualTo("198.51.100.2");
        assertThat(complete.header().destinationPort()).isEqualTo(443);
        for (int i = 0; i < 28; i++) {
            assertThat(ProxyHeader.read(bytes, i)).as(i + " bytes").isInstanceOf(Incomplete.class);
        }
        ProxyHeader ipv6 = complete(hex(SIGNATURE + "21 21 0024 20010db8000000000000000000000001"
                + "00000000000000000000ffffc0000201 0001 0002")).header();
        assertThat(ipv6.source()).isEqualTo("2001:db8::1");
        assertThat(ipv6.destination()).isEqualTo("::ffff:192.0.2.1");
    }

    @Test
    void whatIsNoConnectionOfTcpSpeaksForNobody() {
        for (String digits : new String[] {"20 00 0000", "20 11 000c c0000201c6336402dc0401bb", "21 12 000c c0000201c6336402dc0401bb",
            "21 31 0001 00"}) {
            byte[] bytes = hex(SIGNATURE + digits);
            assertThat(complete(bytes).header().hasAddresses()).as(digits).isFalse();
            assertThat(complete(bytes).length()).isEqualTo(bytes.length);
        }
    }

    @Test
    void version2CanBeBroken() {
        assertThat(ProxyHeader.read(hex(SIGNATURE + "31110000"), 16))
                .isEqualTo(new Broken("unknown PROXY protocol version: 3"));
        assertThat(ProxyHeader.read(hex(SIGNATURE + "21111000"), 16)).isEqualTo(new Broken("header is too large"));
        assertThat(ProxyHeader.read(hex(SIGNATURE + "21110ff0"), 16)).isInstanceOf(Incomplete.class);
        assertThat(ProxyHeader.read(hex(SIGNATURE + "2111 0004 c0000201"), 20)).isInstanceOf(Broken.class);
    }

    @Test
    void fieldsOfVersion2AreFound() {
        ByteArrayOutputStream ssl = new ByteArrayOutputStream();
        ssl.writeBytes(hex("01 00000000 21 0007"));
        ssl.writeBytes("TLSv1.3".getBytes(ISO_8859_1));
        ssl.writeBytes(hex("22 0003"));
        ssl.writeBytes("bob".getBytes(ISO_8859_1));
        ByteArrayOutputStream tlvs = new ByteArrayOutputStream();
        tlvs.writeBytes(hex("01 0002"));
        tlvs.writeBytes("h2".getBytes(ISO_8859_1));
        tlvs.writeBytes(hex("20 00" + HexFormat.of().toHexDigits((byte) ssl.size())));
        tlvs.writeBytes(ssl.toByteArray());
        tlvs.writeBytes(hex("ea 0003 616263 02 0009 78"));
        byte[] bytes = hex(SIGNATURE + "21 11 00" + HexFormat.of().toHexDigits((byte) (12 + tlvs.size()))
                + "c0000201 c6336402 dc04 01bb" + HexFormat.of().formatHex(tlvs.toByteArray()));
        ProxyHeader header = complete(bytes).header();
        assertThat(header.tlv("alpn")).isEqualTo("h2");
        assertThat(header.tlv("ssl_version")).isEqualTo("TLSv1.3");
        assertThat(header.tlv("ssl_cn")).isEqualTo("bob");
        assertThat(header.tlv("ssl_verify")).isEqualTo("0");
        assertThat(header.tlv("ssl_cipher")).isNull();
        assertThat(header.tlv("0xea")).isEqualTo("abc");
        assertThat(header.tlv("0x1")).isEqualTo("h2");
        assertThat(header.tlv("authority")).as("longer than what there is").isNull();
        assertThat(header.tlv("anything")).isNull();
    }
}

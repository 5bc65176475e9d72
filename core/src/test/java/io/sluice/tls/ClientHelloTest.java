package io.sluice.tls;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/// What a client offers, by what its first message says.
class ClientHelloTest {

    // Version and random, an empty session id, three suites (one unknown, one of RFC 8701 that means nothing), no compression,
    // groups, and protocols.
    private static final byte[] MESSAGE = HexFormat.of().parseHex("0303" + "00".repeat(32) + "00"
            + "0006" + "c02b00ff0a0a" + "0100"
            + "001d" + "000a00080006001d00170a0a" + "0010000d000b" + "02" + "6832" + "07" + "6974732d6f776e");

    @Test
    void suitesGroupsAndProtocolsStandInTheClientsOrder() {
        ClientHello hello = ClientHello.read(Unpooled.wrappedBuffer(MESSAGE));
        assertThat(hello.ciphers()).isEqualTo("ECDHE-ECDSA-AES128-GCM-SHA256:0x00ff:0x0a0a");
        assertThat(hello.curves()).isEqualTo("X25519:prime256v1:0x0a0a");
        assertThat(hello.protocols()).containsExactly("h2", "its-own");
    }

    @Test
    void aMessageWithoutExtensionsOffersNoGroupsAndNoProtocols() {
        int extensionsAt = MESSAGE.length - 2 - 0x1d;
        ClientHello hello = ClientHello.read(Unpooled.wrappedBuffer(MESSAGE, 0, extensionsAt));
        assertThat(hello.ciphers()).startsWith("ECDHE-ECDSA");
        assertThat(hello.curves()).isEmpty();
        assertThat(hello.protocols()).isEmpty();
    }

    @Test
    void whereverAMessageIsCutOffNothingIsReadFromWhatFollows() {
        int extensionsAt = MESSAGE.length - 2 - 0x1d;
        for (int length = 0; length < MESSAGE.length; length++) {
            ByteBuf cut = Unpooled.wrappedBuffer(MESSAGE, 0, length);
            ClientHello hello = ClientHello.read(cut);
            assertThat(cut.readerIndex()).isZero();
            assertThat(hello == ClientHello.UNREADABLE).as("%d bytes", length).isEqualTo(length != extensionsAt);
        }
    }

    @Test
    void suitesHaveTheNamesThatOpenSslHas() throws IOException {
        Map<Integer, String> differing = new TreeMap<>();
        int known = 0;
        for (String line : openSslSuites().lines().toList()) {
            // 0x13,0x02 - TLS_AES_256_GCM_SHA384 TLSv1.3 Kx=any ...
            String[] words = line.strip().split("\\s+");
            int codePoint = Integer.parseInt(words[0].substring(2, 4) + words[0].substring(7, 9), 16);
            String ours = TlsCodePoints.SUITES.get(codePoint);
            if (ours != null) {
                known++;
                if (!ours.equals(words[2])) {
                    differing.put(codePoint, words[2]);
                }
            }
        }
        assertThat(differing).isEmpty();
        // Debian's build leaves the suites of triple DES out.
        assertThat(known).isGreaterThanOrEqualTo(TlsCodePoints.SUITES.size() - 3);
    }

    private static String openSslSuites() throws IOException {
        Process process = new ProcessBuilder("openssl", "ciphers", "-V", "ALL:COMPLEMENTOFALL:@SECLEVEL=0")
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
    }
}

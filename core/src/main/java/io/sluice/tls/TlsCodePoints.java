package io.sluice.tls;

import java.util.Map;

/// OpenSSL's names of the code points in a ClientHello (IANA's registry of TLS parameters). Immutable.
///
/// What is not named here is shown in hexadecimal, as nginx does with what its OpenSSL does not know.
final class TlsCodePoints {

    static final Map<Integer, String> SUITES = Map.ofEntries(
            Map.entry(0x000a, "DES-CBC3-SHA"),
            Map.entry(0x002f, "AES128-SHA"),
            Map.entry(0x0033, "DHE-RSA-AES128-SHA"),
            Map.entry(0x0035, "AES256-SHA"),
            Map.entry(0x0039, "DHE-RSA-AES256-SHA"),
            Map.entry(0x003c, "AES128-SHA256"),
            Map.entry(0x003d, "AES256-SHA256"),
            Map.entry(0x0067, "DHE-RSA-AES128-SHA256"),
            Map.entry(0x006b, "DHE-RSA-AES256-SHA256"),
            Map.entry(0x009c, "AES128-GCM-SHA256"),
            Map.entry(0x009d, "AES256-GCM-SHA384"),
            Map.entry(0x009e, "DHE-RSA-AES128-GCM-SHA256"),
            Map.entry(0x009f, "DHE-RSA-AES256-GCM-SHA384"),
            Map.entry(0x1301, "TLS_AES_128_GCM_SHA256"),
            Map.entry(0x1302, "TLS_AES_256_GCM_SHA384"),
            Map.entry(0x1303, "TLS_CHACHA20_POLY1305_SHA256"),
            Map.entry(0xc008, "ECDHE-ECDSA-DES-CBC3-SHA"),
            Map.entry(0xc009, "ECDHE-ECDSA-AES128-SHA"),
            Map.entry(0xc00a, "ECDHE-ECDSA-AES256-SHA"),
            Map.entry(0xc012, "ECDHE-RSA-DES-CBC3-SHA"),
            Map.entry(0xc013, "ECDHE-RSA-AES128-SHA"),
            Map.entry(0xc014, "ECDHE-RSA-AES256-SHA"),
            Map.entry(0xc023, "ECDHE-ECDSA-AES128-SHA256"),
            Map.entry(0xc024, "ECDHE-ECDSA-AES256-SHA384"),
            Map.entry(0xc027, "ECDHE-RSA-AES128-SHA256"),
            Map.entry(0xc028, "ECDHE-RSA-AES256-SHA384"),
            Map.entry(0xc02b, "ECDHE-ECDSA-AES128-GCM-SHA256"),
            Map.entry(0xc02c, "ECDHE-ECDSA-AES256-GCM-SHA384"),
            Map.entry(0xc02f, "ECDHE-RSA-AES128-GCM-SHA256"),
            Map.entry(0xc030, "ECDHE-RSA-AES256-GCM-SHA384"),
            Map.entry(0xcca8, "ECDHE-RSA-CHACHA20-POLY1305"),
            Map.entry(0xcca9, "ECDHE-ECDSA-CHACHA20-POLY1305"),
            Map.entry(0xccaa, "DHE-RSA-CHACHA20-POLY1305"));

    private static final Map<Integer, String> GROUPS = Map.ofEntries(
            Map.entry(23, "prime256v1"),
            Map.entry(24, "secp384r1"),
            Map.entry(25, "secp521r1"),
            Map.entry(29, "X25519"),
            Map.entry(30, "X448"),
            Map.entry(256, "ffdhe2048"),
            Map.entry(257, "ffdhe3072"),
            Map.entry(258, "ffdhe4096"),
            Map.entry(259, "ffdhe6144"),
            Map.entry(260, "ffdhe8192"),
            Map.entry(0x11eb, "SecP256r1MLKEM768"),
            Map.entry(0x11ec, "X25519MLKEM768"),
            Map.entry(0x11ed, "SecP384r1MLKEM1024"));

    private TlsCodePoints() {}

    /// A cipher suite.
    static String suite(int codePoint) {
        return name(SUITES, codePoint);
    }

    /// A group for the key exchange.
    static String group(int codePoint) {
        return name(GROUPS, codePoint);
    }

    private static String name(Map<Integer, String> names, int codePoint) {
        String name = names.get(codePoint);
        return name == null ? String.format("0x%04x", codePoint) : name;
    }
}

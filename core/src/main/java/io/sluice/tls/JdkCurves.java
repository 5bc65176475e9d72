package io.sluice.tls;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The JDK's names of curves that OpenSSL has other names for. Immutable.
final class JdkCurves {

    private static final Map<String, String> NAMES = Map.of(
            "prime256v1", "secp256r1",
            "P-256", "secp256r1",
            "secp256r1", "secp256r1",
            "P-384", "secp384r1",
            "secp384r1", "secp384r1",
            "P-521", "secp521r1",
            "secp521r1", "secp521r1",
            "X25519", "x25519",
            "x25519", "x25519",
            "X448", "x448");

    private JdkCurves() {}

    /// Empty when one of them is unknown.
    static Optional<List<String>> names(List<String> curves) {
        List<String> names = new ArrayList<>();
        for (String curve : curves) {
            String name = NAMES.get(curve);
            if (name == null) {
                return Optional.empty();
            }
            names.add(name);
        }
        return Optional.of(names);
    }
}

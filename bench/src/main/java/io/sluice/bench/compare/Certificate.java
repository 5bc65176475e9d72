package io.sluice.bench.compare;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;

/// The certificate that all proxies of a comparison show: of its own making, with a key on P-256. Immutable.
public final class Certificate {

    private static final String PASSWORD = "changeit";

    private static final String ALIAS = "bench";

    private static final int PEM_LINE = 64;

    private Certificate() {}

    /// The certificate's file.
    public static Path chain(Path directory) {
        return directory.resolve("certificate.pem");
    }

    /// Its key's file.
    public static Path key(Path directory) {
        return directory.resolve("certificate.key");
    }

    /// Both in one file, as HAProxy has them.
    static Path both(Path directory) {
        return directory.resolve("certificate-and-key.pem");
    }

    /// Writes the files, unless they are there.
    public static void write(Path directory) throws IOException, InterruptedException {
        if (Files.exists(both(directory))) {
            return;
        }
        Path store = directory.resolve("certificate.p12");
        Command.run(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair", "-alias", ALIAS, "-keyalg", "EC", "-groupname", "secp256r1", "-dname", "CN=bench.example.com",
                "-validity", "30", "-storetype", "PKCS12", "-keystore", store.toString(), "-storepass", PASSWORD).orFail();
        try (InputStream in = Files.newInputStream(store)) {
            KeyStore keys = KeyStore.getInstance("PKCS12");
            keys.load(in, PASSWORD.toCharArray());
            String chain = pem("CERTIFICATE", keys.getCertificate(ALIAS).getEncoded());
            String key = pem("PRIVATE KEY", keys.getKey(ALIAS, PASSWORD.toCharArray()).getEncoded());
            Files.writeString(chain(directory), chain);
            Files.writeString(key(directory), key);
            Files.writeString(both(directory), chain + key);
        } catch (GeneralSecurityException e) {
            throw new IOException("what keytool made cannot be read", e);
        }
    }

    private static String pem(String what, byte[] der) {
        String text = Base64.getMimeEncoder(PEM_LINE, "\n".getBytes(StandardCharsets.US_ASCII)).encodeToString(der);
        return "-----BEGIN " + what + "-----\n" + text + "\n-----END " + what + "-----\n";
    }
}

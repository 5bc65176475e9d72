package io.sluice.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// A certificate authority made with the `openssl` program in a directory of the test. Confined to the test's thread.
///
///     TestAuthority authority = TestAuthority.create(directory, "root");
///     Issued server = authority.issue("a.example", "EC", "DNS:a.example", Kind.SERVER);
public final class TestAuthority {

    /// The files of a certificate: its PEM, which may have the chain, and its key.
    public record Issued(Path certificate, Path key) {}

    /// What a certificate is for.
    public enum Kind {
        SERVER("basicConstraints=CA:FALSE\nextendedKeyUsage=serverAuth"),
        CLIENT("basicConstraints=CA:FALSE\nextendedKeyUsage=clientAuth"),
        AUTHORITY("basicConstraints=critical,CA:TRUE\nkeyUsage=keyCertSign,cRLSign");

        private final String extensions;

        Kind(String extensions) {
            this.extensions = extensions;
        }
    }

    private static final String FROM = "20200101000000Z";
    private static final String UNTIL = "20491231000000Z";

    private final Path directory;

    private final Issued own;

    private int count;

    private TestAuthority(Path directory, Issued own) throws IOException {
        this.directory = directory;
        this.own = own;
        Files.writeString(directory.resolve("index.txt"), "");
        Files.writeString(directory.resolve("index.txt.attr"), "unique_subject = no\n");
        Files.writeString(directory.resolve("serial"), "0A1B2C3D4E5F60718293\n");
        Files.writeString(directory.resolve("ca.cnf"), """
                [ca]
                default_ca = this
                [this]
                dir = %1$s
                database = %1$s/index.txt
                new_certs_dir = %1$s
                serial = %1$s/serial
                certificate = %2$s
                private_key = %3$s
                default_md = sha256
                default_crl_days = 3650
                policy = any
                [any]
                countryName = optional
                organizationName = optional
                commonName = supplied
                emailAddress = optional
                """.formatted(directory, own.certificate(), own.key()));
    }

    /// A self-signed authority with files below `parent`.
    public static TestAuthority create(Path parent, String name) throws IOException {
        Path directory = Files.createDirectories(parent.resolve(name));
        Issued own = new Issued(directory.resolve("ca.pem"), directory.resolve("ca.key"));
        openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "3650",
                "-subj", "/O=Sluice/CN=" + name, "-keyout", own.key().toString(), "-out", own.certificate().toString());
        return new TestAuthority(directory, own);
    }

    /// An authority below this one.
    public TestAuthority intermediate(String name) throws IOException {
        Issued issued = issue(name, "EC", "", Kind.AUTHORITY);
        Path below = Files.createDirectories(directory.resolve(name));
        return new TestAuthority(below, issued);
    }

    /// The authority's own certificate.
    public Path certificate() {
        return own.certificate();
    }

    /// A certificate of these years.
    ///
    /// @param key `EC`, `RSA` or `ED25519`
    /// @param names as `subjectAltName` has them, or empty
    public Issued issue(String commonName, String key, String names, Kind kind) {
        return issue("/C=AT/O=Sluice/CN=" + commonName, key, names, kind, FROM, UNTIL);
    }

    /// A certificate that expired in 2021.
    public Issued issueExpired(String commonName, String names, Kind kind) {
        return issue("/CN=" + commonName, "EC", names, kind, FROM, "20210101000000Z");
    }

    /// A certificate for a subject in the program's notation.
    public Issued issue(String subject, String key, String names, Kind kind, String from, String until) {
        try {
            String base = directory.resolve("c" + ++count).toString();
            List<String> request = new ArrayList<>(List.of("req", "-new", "-utf8", "-nodes", "-subj", subject,
                    "-keyout", base + ".key", "-out", base + ".csr", "-newkey"));
            switch (key) {
                case "EC" -> request.addAll(List.of("ec", "-pkeyopt", "ec_paramgen_curve:P-256"));
                case "RSA" -> request.add("rsa:2048");
                default -> request.add(key.toLowerCase(java.util.Locale.ROOT));
            }
            openssl(request.toArray(String[]::new));
            Path extensions = Path.of(base + ".ext");
            Files.writeString(extensions,
                    kind.extensions + (names.isEmpty() ? "" : "\nsubjectAltName=" + names) + "\n");
            openssl("ca", "-batch", "-notext", "-config", directory.resolve("ca.cnf").toString(), "-startdate", from,
                    "-enddate", until, "-utf8", "-extfile", extensions.toString(), "-in", base + ".csr", "-out", base + ".pem");
            return new Issued(Path.of(base + ".pem"), Path.of(base + ".key"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// The issued certificate followed by this authority's own.
    public Issued withChain(Issued issued) throws IOException {
        Path chained = Path.of(issued.certificate() + ".chain");
        Files.writeString(chained, Files.readString(issued.certificate()) + Files.readString(own.certificate()));
        return new Issued(chained, issued.key());
    }

    /// Takes a certificate back.
    public void revoke(Issued issued) {
        openssl("ca", "-config", directory.resolve("ca.cnf").toString(), "-revoke", issued.certificate().toString());
    }

    /// The list of what was taken back so far.
    public Path revocations() {
        Path list = directory.resolve("list" + ++count + ".pem");
        openssl("ca", "-gencrl", "-config", directory.resolve("ca.cnf").toString(), "-out", list.toString());
        return list;
    }

    /// An OCSP answer in DER that says the certificate is good.
    public Path ocspAnswer(Issued issued) {
        Path answer = directory.resolve("ocsp" + ++count + ".der");
        openssl("ocsp", "-issuer", own.certificate().toString(), "-cert", issued.certificate().toString(),
                "-reqout", answer + ".req");
        openssl("ocsp", "-index", directory.resolve("index.txt").toString(), "-CA", own.certificate().toString(),
                "-rsigner", own.certificate().toString(), "-rkey", own.key().toString(), "-reqin", answer + ".req",
                "-respout", answer.toString(), "-ndays", "3650");
        return answer;
    }

    /// Runs the program, which must succeed, and returns what it printed.
    public static String openssl(String... arguments) {
        List<String> command = new ArrayList<>(List.of("openssl"));
        command.addAll(List.of(arguments));
        try {
            Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
            process.getOutputStream().close();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(30, TimeUnit.SECONDS) || process.exitValue() != 0) {
                throw new AssertionError("failed: " + command + "\n" + output);
            }
            return output;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}

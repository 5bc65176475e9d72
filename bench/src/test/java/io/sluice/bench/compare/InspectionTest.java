package io.sluice.bench.compare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/// Peers that are started with another configuration than the one they are given: whether that is noticed.
@Timeout(120)
class InspectionTest {

    private final Path directory;

    private final BenchRun bench;

    InspectionTest(@TempDir Path directory) {
        this.directory = directory;
        this.bench = new BenchRun(directory);
    }

    @Test
    void noticesAHaproxyThatDoesNotSplice() throws IOException {
        String haproxy = haproxyWith("/option splice-/d");

        assertThat(compare("tcp-bulk-1", "--peers", "haproxy", "--haproxy", haproxy)).isEqualTo(1);
        assertThat(bench.out()).contains("haproxy  NO     does not splice").doesNotContain("tcp-bulk-1:");
        assertThat(bench.err()).contains("the proxies are not configured alike");
    }

    @Test
    void measuresUnlikePeersWhenTold() throws IOException {
        String haproxy = haproxyWith("/option splice-/d");

        bench.report(options("tcp-bulk-1", "--peers", "haproxy", "--haproxy", haproxy, "--unlike"));

        assertThat(bench.out()).contains("tcp-bulk-1:");
        assertThat(bench.page().getElementsByTagName("p").item(0).getTextContent()).contains("Not configured alike: haproxy");
    }

    @Test
    void noticesAnNginxThatMakesAConnectionForEachRequest() throws IOException {
        String nginx = nginxWith("/keepalive 256;/d");

        assertThat(compare("http-requests", "--peers", "nginx", "--nginx", nginx)).isEqualTo(1);
        assertThat(bench.out()).contains("nginx  NO     does not keep connections to the upstream");
    }

    @Test
    void noticesAWorkerTooMany() throws IOException {
        String nginx = nginxWith("s/worker_processes 1;/worker_processes 2;/");

        assertThat(compare("tcp-churn", "--peers", "nginx", "--nginx", nginx)).isEqualTo(1);
        assertThat(bench.out()).contains("nginx  NO     2 that serve, asked for 1");
    }

    @Test
    void noticesAThreadTooMany() throws IOException {
        String haproxy = haproxyWith("s/nbthread 1/nbthread 2/");

        assertThat(compare("tcp-churn", "--peers", "haproxy", "--haproxy", haproxy)).isEqualTo(1);
        assertThat(bench.out()).contains("haproxy  NO     2 that serve, asked for 1");
    }

    @Test
    void noticesAnotherCipher() throws IOException {
        assumeInstalled("nginx");
        String haproxy = haproxyWith("s/prefer-client-ciphers/ssl-min-ver TLSv1.2/");

        assertThat(compare("http-tls-handshakes", "--peers", "nginx,haproxy", "--haproxy", haproxy)).isEqualTo(1);
        assertThat(bench.out()).contains("nginx    yes    TLSv1.3 with TLS_AES_128_GCM_SHA256").contains("haproxy  NO     TLSv1.3 with TLS_AES_256");
    }

    @Test
    void noticesBuffersOfAnotherSize() {
        assertThat(Buffers.compare(Map.of("nginx", "stream {\n    proxy_buffer_size 16k;\n}")))
                .containsExactly(Finding.of("nginx", true, "16,384 bytes of buffer for one direction of a session, as configured"));
        assertThat(Buffers.compare(new TreeMap<>(Map.of("a", "proxy_buffer_size 16k;", "b", "tune.bufsize 8192"))).getLast().verdict())
                .isEqualTo(Verdict.UNLIKE);
        assertThat(Buffers.compare(Map.of("c", "")).getFirst().verdict()).isEqualTo(Verdict.UNKNOWN);
    }

    private int compare(String scenario, String... options) {
        List<String> all = options(scenario, options);
        all.add("--no-html");
        return bench.run(all);
    }

    private static List<String> options(String scenario, String... options) {
        List<String> all = new ArrayList<>(List.of(
                "compare", "--transport", "none", "--no-pin", "--rounds", "1", "--seconds", "0.05", "--warm-up", "0.05",
                "--first-warm-up", "0.05", "--scenarios", scenario));
        all.addAll(List.of(options));
        return all;
    }

    private String haproxyWith(String edit) throws IOException {
        assumeInstalled("haproxy");
        return editing("haproxy", "sed -i '" + edit + "' \"$argument\"");
    }

    /// The bench itself has only Debian's own load the module for streams.
    private String nginxWith(String edit) throws IOException {
        assumeInstalled("nginx");
        String module = "/usr/lib/nginx/modules/ngx_stream_module.so";
        String load = "[ ! -e " + module + " ] || sed -i '1i load_module " + module + ";' \"$argument\"";
        return editing("nginx", "grep -q load_module \"$argument\" || { sed -i '" + edit + "' \"$argument\"; " + load + "; }");
    }

    private static void assumeInstalled(String program) {
        Assumptions.assumeTrue(Packages.isInstalled(program), program + " is not installed");
    }

    /// A command that changes the configuration that it is given, and becomes the program.
    private String editing(String program, String change) throws IOException {
        Path script = directory.resolve("edited-" + program);
        Files.writeString(script, """
                #!/bin/sh
                for argument; do
                    case $argument in
                        *.conf) %s ;;
                    esac
                done
                exec %s "$@"
                """.formatted(change, program));
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
        return script.toString();
    }
}

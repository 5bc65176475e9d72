package io.sluice.app;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import com.fasterxml.jackson.jr.ob.JSON;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/// Commands of the real launcher that end by themselves.
class CommandLineTest {

    private final Path directory;

    CommandLineTest(@TempDir Path directory) {
        this.directory = directory;
    }

    @BeforeAll
    static void build() throws Exception {
        Launched.build();
    }

    @Test
    void printsTheVersionOnStandardError() throws Exception {
        Launched.Result result = Launched.run(directory, "-v");

        assertThat(result).isEqualTo(new Launched.Result(
                0, "", "sluice version: sluice/" + VersionText.version() + "\nnginx version: nginx/1.31.4\n"));
    }

    @Test
    void printsWhatIsBuiltInLineByLine() throws Exception {
        Launched.Result result = Launched.run(directory, "-V");

        assertThat(result.exitCode()).isZero();
        assertThat(result.out()).isEmpty();
        assertThat(result.err().lines()).satisfiesExactly(
                line -> assertThat(line).startsWith("sluice version: sluice/"),
                line -> assertThat(line).isEqualTo("nginx version: nginx/1.31.4"),
                line -> assertThat(line).startsWith("running on ").contains("25"),
                line -> assertThat(line).startsWith("built with BoringSSL "),
                line -> assertThat(line).isEqualTo("TLS SNI support enabled"),
                line -> assertThat(line).isEqualTo(
                        "configure arguments: --with-stream --with-http_ssl_module --with-http_realip_module"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"-h", "-?", "--help"})
    void helpListsEveryOption(String option) throws Exception {
        Launched.Result result = Launched.run(directory, option);

        assertThat(result.exitCode()).isZero();
        assertThat(result.err()).contains("Usage: sluice", "-?,-h", "-V ", "-t ", "-T ", "-q ", "-s signal", "-p prefix");
        assertThat(result.err()).contains("-e filename", "-c filename", "-g directives", "--format=json", "demo");
    }

    @Test
    void refusesWhatItDoesNotKnow() throws Exception {
        assertThat(Launched.run(directory, "-x"))
                .isEqualTo(new Launched.Result(1, "", "sluice: invalid option: \"x\"\n"));
        assertThat(Launched.run(directory, "-s", "foo"))
                .isEqualTo(new Launched.Result(1, "", "sluice: invalid option: \"-s foo\"\n"));
        assertThat(Launched.run(directory, "-c"))
                .isEqualTo(new Launched.Result(1, "", "sluice: option \"-c\" requires file name\n"));
    }

    @Test
    void testsAGoodConfiguration() throws Exception {
        Path file = configuration("nginx.conf", valid(12345));

        Launched.Result result = Launched.run(directory, "-t", "-p", directory.toString(), "-c", "nginx.conf");

        assertThat(result.exitCode()).isZero();
        assertThat(result.out()).isEmpty();
        assertThat(result.err()).endsWith("sluice: the configuration file " + file + " syntax is ok\n"
                + "sluice: configuration file " + file + " test is successful\n");
        assertThat(Launched.run(directory, "-tq", "-c" + file)).isEqualTo(new Launched.Result(0, "", ""));
    }

    @Test
    void testingTakesTheWorkingDirectoryAndConfNginxConf() throws Exception {
        Files.createDirectory(directory.resolve("conf"));
        Path file = configuration("conf/nginx.conf", valid(12345));

        assertThat(Launched.run(directory, "-t").err()).contains("file " + file.toRealPath() + " test is successful");
    }

    @Test
    void reportsEveryMistakeWithItsPlace() throws Exception {
        Path file = configuration("nginx.conf", "events {}\nstream {\n    servr {}\n    foo on;\n}\n");

        Launched.Result result = Launched.run(directory, "-t", "-q", "-c", file.toString());

        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.err())
                .contains("sluice: [emerg] unknown directive \"servr\" in " + file + ":3:5\n")
                .contains("sluice: [emerg] unknown directive \"foo\" in " + file + ":4:5\n")
                .endsWith("sluice: configuration file " + file + " test failed\n");
    }

    @Test
    void aMissingFileIsSaidInTheWordsOfNginx() throws Exception {
        Launched.Result result = Launched.run(directory, "-t", "-c", "/none/nginx.conf");

        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.err())
                .contains("sluice: [emerg] open() \"/none/nginx.conf\" failed (2: No such file or directory)\n")
                .contains("sluice: configuration file /none/nginx.conf test failed\n");
    }

    @Test
    void resolvesNamesAndLooksUpTheUser() throws Exception {
        Path file = configuration(
                "nginx.conf", "user no-such-user;\n" + valid(12345).replace("127.0.0.1:9;", "no-such-host.invalid:9;"));

        Launched.Result result = Launched.run(directory, "-t", "-c", file.toString());

        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.err())
                .contains("sluice: [emerg] host not found in upstream \"no-such-host.invalid:9\"")
                .contains(" in " + file + ":6:")
                .contains("sluice: [emerg] getpwnam(\"no-such-user\") failed")
                .contains("syntax is ok")
                .endsWith("sluice: configuration file " + file + " test failed\n");
    }

    @Test
    void globalDirectivesComeFirst() throws Exception {
        Path file = configuration("nginx.conf", valid(12345));

        assertThat(Launched.run(directory, "-t", "-g", "foo bar;", "-c", file.toString()).err())
                .contains("unknown directive \"foo\" in command line:1");
        assertThat(Launched.run(directory, "-t", "-g", "worker_processes 2;", "-c", file.toString()).exitCode())
                .isZero();
    }

    @Test
    void dumpsEveryFileOnStandardOutput() throws Exception {
        String included = valid(12345);
        configuration("stream.conf", included);
        Path file = configuration("nginx.conf", "include stream.conf;\n");

        Launched.Result result = Launched.run(directory, "-T", "-c", file.toString());

        assertThat(result.exitCode()).isZero();
        assertThat(result.out()).isEqualTo("# configuration file " + file + ":\ninclude stream.conf;\n\n"
                + "# configuration file " + directory.resolve("stream.conf") + ":\n" + included + "\n");
    }

    @Test
    void answersInJson() throws Exception {
        Path file = configuration("nginx.conf", "events {}\nstream {\n    foo on;\n}\n");

        Launched.Result bad = Launched.run(directory, "-t", "--format=json", "-c", file.toString());
        Map<String, Object> report = JSON.std.mapFrom(bad.out());

        assertThat(bad.exitCode()).isEqualTo(1);
        assertThat(bad.err()).isEmpty();
        assertThat(report).containsEntry("configuration", file.toString()).containsEntry("successful", false);
        assertThat((List<?>) report.get("diagnostics")).map(Object::toString).anySatisfy(diagnostic -> assertThat(diagnostic)
                .contains("severity=emerg", "code=unknown-directive", "line=3", "column=5", "sourceLine=    foo on;"));

        configuration("nginx.conf", valid(12345));
        Launched.Result good = Launched.run(directory, "-T", "--format=json", "-c", file.toString());
        Map<String, Object> dump = JSON.std.mapFrom(good.out());

        assertThat(good.exitCode()).isZero();
        assertThat(dump).containsEntry("successful", true);
        assertThat((List<?>) dump.get("files")).hasSize(1);
    }

    @Test
    void testingChangesNothing() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String text = "pid run/sluice.pid;\nerror_log logs/error.log;\n" + valid(taken.getLocalPort());
            Path file = configuration("nginx.conf", text);

            Launched.Result result = Launched.run(directory, "-t", "-p", directory.toString(), "-c", file.toString());

            assertThat(result.exitCode()).as(result.err()).isZero();
        }
        try (Stream<Path> entries = Files.list(directory)) {
            assertThat(entries).containsExactly(directory.resolve("nginx.conf"));
        }
    }

    @Test
    void signalsFindTheServerByItsPidFile() throws Exception {
        Path pid = directory.resolve("sluice.pid");
        Path file = configuration("nginx.conf", "pid " + pid + ";\n" + valid(12345));

        assertThat(Launched.run(directory, "-s", "reload", "-c", file.toString()))
                .isEqualTo(new Launched.Result(
                        1, "", "sluice: [error] open() \"" + pid + "\" failed (2: No such file or directory)\n"));
        Files.createFile(pid);
        assertThat(Launched.run(directory, "-s", "reload", "-c", file.toString()))
                .isEqualTo(new Launched.Result(1, "", "sluice: [error] invalid PID number \"\" in \"" + pid + "\"\n"));
        Files.writeString(pid, Integer.MAX_VALUE + "\n");
        assertThat(Launched.run(directory, "-s", "reload", "-c", file.toString()))
                .isEqualTo(new Launched.Result(
                        1, "", "sluice: [alert] kill(" + Integer.MAX_VALUE + ", 1) failed (3: No such process)\n"));
    }

    private Path configuration(String name, String text) throws IOException {
        return Files.writeString(directory.resolve(name), text);
    }

    private static String valid(int port) {
        return """
                events {}
                stream {
                    server {
                        listen 127.0.0.1:%d;
                        proxy_pass 127.0.0.1:9;
                    }
                }
                """
                .formatted(port);
    }
}

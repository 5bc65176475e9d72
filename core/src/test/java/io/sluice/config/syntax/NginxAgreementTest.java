package io.sluice.config.syntax;

import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/// Message, file and line of the first error are nginx's own. Skipped where nginx is not installed.
class NginxAgreementTest {

    private static final Pattern ERROR = Pattern.compile("\\[(?:emerg|crit)] (?:\\d+#\\d+: )?(.*)");

    private static final Path STREAM_MODULE = Path.of("/usr/lib/nginx/modules/ngx_stream_module.so");

    /// Where Sluice is meant to say something else, and why.
    private static final Map<String, String> DIFFERENT = Map.ofEntries(
            Map.entry("brace-too-many-in-the-middle", "nginx meets a misplaced directive before the brace"),
            Map.entry("block-after-semicolon", "nginx misses the block of the directive before it"),
            Map.entry("braces-in-the-wrong-order", "nginx misses the block of the directive before it"),
            Map.entry("include-of-directory", "nginx does not say which include it was"),
            Map.entry("include-of-itself", "nginx reports what it stumbles on in the second round"),
            Map.entry("include-cycle", "nginx recurses until descriptors run out"),
            Map.entry("nul-in-word", "nginx ends the word there"),
            Map.entry("latin-1-in-string", "to nginx these are bytes"),
            Map.entry("utf-16", "nginx shows the first bytes as an unknown directive"),
            Map.entry("nested-too-deeply", "nginx stops at the unknown directive"),
            Map.entry("unquoted-brace-in-pattern", "nginx knows while parsing that a map has no blocks"));

    private static Optional<Path> nginx = Optional.empty();

    @BeforeAll
    static void findNginx() {
        nginx = Stream.concat(Stream.of(System.getenv("PATH").split(File.pathSeparator)), Stream.of("/usr/sbin"))
                .map(directory -> Path.of(directory, "nginx"))
                .filter(Files::isExecutable)
                .findFirst();
        assumeTrue(nginx.isPresent() && Files.exists(STREAM_MODULE), "no nginx with a stream module");
    }

    static Stream<BrokenConfig> comparable() {
        return BrokenConfig.named("0")
                .filter(broken -> DIFFERENT.keySet().stream().noneMatch(name -> broken.name().contains("-" + name + ".")));
    }

    @ParameterizedTest
    @MethodSource("comparable")
    void saysTheSame(BrokenConfig broken, @TempDir Path prefix) throws Exception {
        Diagnostic first = broken.diagnostics().all().getFirst();
        assertThat(first.message() + " in " + first.position().fileAndLine()).isEqualTo(errorOfNginx(broken.file(), prefix));
    }

    private static String errorOfNginx(Path file, Path prefix) throws Exception {
        List<String> command = new ArrayList<>(List.of(nginx.orElseThrow().toString(), "-t", "-e", "stderr"));
        command.addAll(List.of("-p", prefix.toString(), "-c", file.toString()));
        command.addAll(List.of("-g", "load_module " + STREAM_MODULE + ";"));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
        Matcher matcher = ERROR.matcher(output);
        assertThat(matcher.find()).as(output).isTrue();
        return matcher.group(1);
    }
}

package io.sluice.bench.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

import io.sluice.bench.BoundText;
import io.sluice.config.model.ProxyConfig;
import io.sluice.config.syntax.ConfigParser;
import io.sluice.config.syntax.Diagnostics;
import io.sluice.config.syntax.FileAccess;
import io.sluice.config.syntax.ParsedConfig;
import io.sluice.config.syntax.SourceText;

/// How long does a configuration take from its text to the tree, and to the model that a server is built of? Confined to the
/// benchmark's thread.
///
/// The text is in memory; what it includes is read each time. A start or a reload reads it once: what counts is that 1,000
/// servers take no more than 1,000 times one.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
@SuppressWarnings("NullAway.Init") // JMH sets the parameters and calls the set-up
public class ReadingBenchmark {

    private static final String SERVERS = "-servers";

    /// A file of this tree, or so many servers.
    @Param({
        "core/src/test/resources/seed/tcp-udp.conf",
        "core/src/test/resources/seed/dns.conf",
        "core/src/test/resources/seed/websocket.conf",
        "conf/balanced.conf",
        "conf/websocket.conf",
        "1-servers",
        "1000-servers"
    })
    public String configuration;

    private String text;

    private Path prefix;

    /// For JMH.
    public ReadingBenchmark() {}

    /// Reads or makes the text.
    @Setup(Level.Trial)
    public void prepare() throws IOException {
        Path file = Path.of(System.getProperty("sluice.home", ""), configuration).toAbsolutePath();
        prefix = Objects.requireNonNull(file.getParent());
        text = configuration.endsWith(SERVERS)
                ? ManyServers.text(Integer.parseInt(configuration.replace(SERVERS, "")))
                : Files.readString(file);
    }

    /// Tokens and tree: what `config.syntax` does.
    @Benchmark
    public ParsedConfig parse() {
        return parse(new Diagnostics());
    }

    /// The whole way to the model.
    @Benchmark
    public ProxyConfig parseAndBind() {
        Diagnostics diagnostics = new Diagnostics();
        return BoundText.bind(parse(diagnostics), diagnostics);
    }

    private ParsedConfig parse(Diagnostics diagnostics) {
        SourceText source = SourceText.of(configuration, text);
        return ConfigParser.parse(source, prefix, Optional.empty(), FileAccess.local(), diagnostics);
    }
}

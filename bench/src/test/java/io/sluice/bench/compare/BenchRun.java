package io.sluice.bench.compare;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;

import com.fasterxml.jackson.jr.ob.JSON;
import org.jspecify.annotations.Nullable;
import org.w3c.dom.Document;
import org.xml.sax.SAXException;

import io.sluice.bench.Bench;

import static org.assertj.core.api.Assertions.assertThat;

/// A command of `scripts/bench` run within the test, and what it leaves. Confined to the test's thread.
final class BenchRun {

    private final StringWriter out = new StringWriter();

    private final StringWriter err = new StringWriter();

    private final Path directory;

    BenchRun(Path directory) {
        this.directory = directory;
    }

    /// What starts the Sluice of this tree, as it is being tested; without the launcher, which would tell it the transport.
    static String sluice(String transport) {
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        return "%s --enable-native-access=ALL-UNNAMED -XX:+UseSerialGC -XX:NativeMemoryTracking=summary -Dsluice.transport=%s -cp %s io.sluice.app.Main"
                .formatted(java, transport, System.getProperty("java.class.path"));
    }

    /// Runs a command.
    ///
    /// @return its exit code
    int run(List<String> arguments) {
        return Bench.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments.toArray(String[]::new));
    }

    /// Runs a command that must succeed, with reports of both kinds.
    ///
    /// @return that of JSON
    Map<String, Object> report(List<String> arguments) throws IOException {
        Path json = directory.resolve("report.json");
        List<String> all = new ArrayList<>(arguments);
        all.addAll(List.of("--json", json.toString(), "--html", html().toString()));
        assertThat(run(all)).as("%s%s", out, err).isZero();
        return JSON.std.mapFrom(Files.readString(json));
    }

    private Path html() {
        return directory.resolve("report.html");
    }

    /// The page of the last report; XML, so that a mistake in it is noticed.
    Document page() throws IOException {
        try {
            return DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(html().toFile());
        } catch (ParserConfigurationException | SAXException e) {
            throw new IOException(e);
        }
    }

    String out() {
        return out.toString();
    }

    String err() {
        return err.toString();
    }

    @SuppressWarnings("unchecked") // what JSON objects are read as
    static Map<String, Object> map(@Nullable Object value) {
        return (Map<String, Object>) Objects.requireNonNull(value);
    }

    @SuppressWarnings("unchecked") // what JSON arrays of objects are read as
    static List<Map<String, Object>> list(@Nullable Object value) {
        return (List<Map<String, Object>>) Objects.requireNonNull(value);
    }
}

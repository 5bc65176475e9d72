package io.sluice.config.syntax;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.jr.ob.JSON;

/// The whole configuration in one text, for `-T`. Immutable.
///
/// Every file once, in the order of reading; what `-g` contains is no file.
public final class ConfigDump {

    private final List<SourceText> files;

    public ConfigDump(ParsedConfig config) {
        this.files = config.sources().stream()
                .filter(source -> !source.isCommandLine())
                .toList();
    }

    /// Writes nginx's form: a heading, the contents byte for byte, a line feed.
    public void writeText(OutputStream out) throws IOException {
        for (SourceText file : files) {
            out.write(("# configuration file " + file.name() + ":\n").getBytes(StandardCharsets.UTF_8));
            out.write(file.bytes());
            out.write('\n');
        }
    }

    /// nginx's form as a string; bytes that are not UTF-8 are replaced.
    public String text() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            writeText(out);
        } catch (IOException e) {
            throw new UncheckedIOException(e); // writing to memory
        }
        return out.toString(StandardCharsets.UTF_8);
    }

    /// A JSON array of objects with `file` and `content`.
    public String json() {
        List<Map<String, String>> objects = files.stream().map(ConfigDump::properties).toList();
        try {
            return JSON.std.asString(objects);
        } catch (IOException e) {
            throw new UncheckedIOException(e); // writing to a string
        }
    }

    private static Map<String, String> properties(SourceText file) {
        Map<String, String> properties = new LinkedHashMap<>();
        properties.put("file", Printable.text(file.name()));
        properties.put("content", new String(file.bytes(), StandardCharsets.UTF_8));
        return properties;
    }
}

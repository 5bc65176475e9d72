package io.sluice.config.syntax;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import com.fasterxml.jackson.jr.ob.JSON;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/// The dump of `-T`.
class ConfigDumpTest {

    @Test
    void writesEveryFileOnceAsNginxDoes(@TempDir Path directory) throws IOException {
        Path main = Files.writeString(directory.resolve("main.conf"), "include a.conf;\ninclude *.conf;\n".replace("*", "[a]"));
        Files.writeString(directory.resolve("a.conf"), "# x");

        ConfigDump dump = new ConfigDump(parse(main, directory));

        assertThat(dump.text())
                .isEqualTo("# configuration file %1$s/main.conf:\ninclude a.conf;\ninclude [a].conf;\n\n".formatted(directory)
                        + "# configuration file %1$s/a.conf:\n# x\n".formatted(directory));
    }

    @Test
    void writesContentsByteForByte(@TempDir Path directory) throws IOException {
        byte[] bytes = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF, '#', (byte) 0xE9, '\r', '\n'};
        Path main = Files.write(directory.resolve("main.conf"), bytes);
        ByteArrayOutputStream out = new ByteArrayOutputStream();

        new ConfigDump(parse(main, directory)).writeText(out);

        byte[] written = out.toByteArray();
        assertThat(written).endsWith('#', 0xE9, '\r', '\n', '\n').containsSubsequence(bytes);
    }

    @Test
    void writesJson(@TempDir Path directory) throws IOException {
        Path main = Files.writeString(directory.resolve("main.conf"), "a \"b\";\n");

        List<Object> files = JSON.std.listFrom(new ConfigDump(parse(main, directory)).json());

        assertThat(files).isEqualTo(List.of(Map.of("file", main.toString(), "content", "a \"b\";\n")));
    }

    private static ParsedConfig parse(Path main, Path directory) {
        return ConfigParser.parse(main, directory, Optional.of("x y;"), FileAccess.local(), new Diagnostics());
    }
}

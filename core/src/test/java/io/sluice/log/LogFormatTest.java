package io.sluice.log;

import java.nio.charset.StandardCharsets;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.sluice.config.model.LogFormatConfig;
import io.sluice.config.model.LogFormatConfig.Escape;
import io.sluice.config.model.Position;
import io.sluice.config.model.StreamConfig;
import io.sluice.variable.Configs;
import io.sluice.variable.FakeSession;
import io.sluice.variable.VariableTable;

import static io.sluice.session.StreamVariable.HOSTNAME;
import static io.sluice.session.StreamVariable.REMOTE_ADDR;
import static io.sluice.session.StreamVariable.STATUS;
import static org.assertj.core.api.Assertions.assertThat;

class LogFormatTest {

    private static final VariableTable TABLE = VariableTable.of(StreamConfig.EMPTY);

    @Test
    void literalsAndValuesInOrder() {
        FakeSession session = new FakeSession(TABLE).with(REMOTE_ADDR, "10.0.0.1").with(STATUS, "200");
        assertThat(format(Escape.DEFAULT, "$remote_addr [\"$status\"]", session)).isEqualTo("10.0.0.1 [\"200\"]");
        assertThat(format(Escape.DEFAULT, "nothing", session)).isEqualTo("nothing");
        assertThat(format(Escape.DEFAULT, "$remote_addr$status", session)).isEqualTo("10.0.0.1200");
    }

    @ParameterizedTest
    @CsvSource({"DEFAULT, '[-]'", "JSON, '[]'", "NONE, '[]'"})
    void absentValues(Escape escape, String expected) {
        assertThat(format(escape, "[$status]", new FakeSession(TABLE))).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({"DEFAULT", "JSON", "NONE"})
    void emptyValuesAreEmpty(Escape escape) {
        assertThat(format(escape, "[$status]", new FakeSession(TABLE).with(STATUS, ""))).isEqualTo("[]");
    }

    @Test
    void defaultEscapesAsNginx() {
        assertThat(value(Escape.DEFAULT, "a\"b\\c\n\u0000\u007f\u00ff ~"))
                .isEqualTo("a\\x22b\\x5Cc\\x0A\\x00\\x7F\\xFF ~");
    }

    @Test
    void jsonEscapesAsNginx() {
        assertThat(value(Escape.JSON, "a\"b\\c\n\r\t\b\f\u0000\u001f\u007f\u00ff/"))
                .isEqualTo("a\\\"b\\\\c\\n\\r\\t\\b\\f\\u0000\\u001F\u007f\u00ff/");
    }

    @Test
    void noneEscapesNothing() {
        assertThat(value(Escape.NONE, "a\"\n\u00ff")).isEqualTo("a\"\n\u00ff");
    }

    private static String value(Escape escape, String value) {
        return format(escape, "$hostname", new FakeSession(TABLE).with(HOSTNAME, value));
    }

    private static String format(Escape escape, String text, FakeSession session) {
        LogFormat format = LogFormat.compile(
                new LogFormatConfig(Position.NONE, "f", escape, Configs.template(text)), TABLE);
        LineBuffer line = new LineBuffer();
        format.append(format.values(session), line);
        return new String(line.bytes(), 0, line.length(), StandardCharsets.ISO_8859_1);
    }
}

package io.sluice.config.syntax;

import java.nio.charset.StandardCharsets;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/// Lines and decoding.
class SourceTextTest {

    @Test
    void givesLinesWithoutTheirEnds() {
        SourceText source = SourceText.of("x", "a\n\tb\r\n\r\n c");

        assertThat(source.lineCount()).isEqualTo(4);
        assertThat(source.line(1)).isEqualTo("a");
        assertThat(source.line(2)).isEqualTo("\tb");
        assertThat(source.line(3)).isEmpty();
        assertThat(source.line(4)).isEqualTo(" c");
    }

    @Test
    void givesEmptyLineForNumbersItDoesNotHave() {
        SourceText source = SourceText.of("x", "a\n");

        assertThat(source.lineCount()).isEqualTo(2);
        assertThat(source.line(0)).isEmpty();
        assertThat(source.line(2)).isEmpty();
        assertThat(source.line(3)).isEmpty();
    }

    @Test
    void indexesManyLines() {
        SourceText source = SourceText.of("x", "l\n".repeat(1000) + "last");
        assertThat(source.line(1001)).isEqualTo("last");
    }

    @Test
    void keepsBytesThatAreNotUtf8Apart() {
        byte[] bytes = {'a', (byte) 0xE9, 'b', (byte) 0xC3, (byte) 0xA9, (byte) 0xF0, (byte) 0x9F};
        SourceText source = SourceText.of("x", bytes);

        assertThat(source.text()).isEqualTo("a\uDCE9b\u00e9\uDCF0\uDC9F");
        assertThat(source.bytes()).isEqualTo(bytes);
    }

    @Test
    void takesReplacementCharacterThatIsWrittenForWhatItIs() {
        byte[] bytes = "a\uFFFD".getBytes(StandardCharsets.UTF_8);
        assertThat(SourceText.of("x", bytes).text()).isEqualTo("a\uFFFD");
    }

    @Test
    void knowsUtf16ByItsMark() {
        assertThat(SourceText.of("x", "a".getBytes(StandardCharsets.UTF_16)).isUtf16()).isTrue();
        assertThat(SourceText.of("x", new byte[] {(byte) 0xFF, (byte) 0xFE}).isUtf16()).isTrue();
        assertThat(SourceText.of("x", "a").isUtf16()).isFalse();
    }
}

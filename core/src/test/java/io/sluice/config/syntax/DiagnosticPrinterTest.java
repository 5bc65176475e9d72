package io.sluice.config.syntax;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import com.fasterxml.jackson.jr.ob.JSON;
import org.junit.jupiter.api.Test;

import io.sluice.config.model.Position;

import static org.assertj.core.api.Assertions.assertThat;

/// Diagnostics as people and programs read them.
class DiagnosticPrinterTest {

    @Test
    void showsMessagePlaceLineCaretHintAndCode() {
        SourceText source = SourceText.of("/etc/x.conf", "a;\n  lisen 80;\n");
        Diagnostic diagnostic = diagnostic(Severity.ERROR, "unknown directive \"lisen\"", 2, 3, 5, "did you mean \"listen\"?");

        assertThat(new DiagnosticPrinter(List.of(source)).text(diagnostic))
                .isEqualTo(
                        """
                        sluice: [emerg] unknown directive "lisen" in /etc/x.conf:2:3
                              lisen 80;
                              ^^^^^
                          did you mean "listen"? [code]
                        """);
    }

    @Test
    void keepsTabsInTheCaretLine() {
        SourceText source = SourceText.of("/etc/x.conf", "\ta\t\ud83d\ude00 b;");

        assertThat(new DiagnosticPrinter(List.of(source)).text(diagnostic(Severity.WARNING, "m", 1, 6, 1, "")))
                .isEqualTo("sluice: [warn] m in /etc/x.conf:1:6\n    \ta\t\ud83d\ude00 b;\n    \t \t  ^\n  [code]\n");
    }

    @Test
    void showsNoLineWhereThereIsNone() {
        DiagnosticPrinter printer = new DiagnosticPrinter(List.of(SourceText.of("/etc/x.conf", "a {\n")));

        assertThat(printer.text(diagnostic(Severity.ERROR, "m", 2, 1, 1, "")))
                .isEqualTo("sluice: [emerg] m in /etc/x.conf:2:1\n  [code]\n");
        assertThat(printer.text(new Diagnostic(Severity.NOTICE, "code", "m", Position.NONE, 1, Optional.empty())))
                .isEqualTo("sluice: [notice] m\n  [code]\n");
        assertThat(new DiagnosticPrinter(List.of()).text(diagnostic(Severity.ERROR, "m", 1, 1, 1, "")))
                .isEqualTo("sluice: [emerg] m in /etc/x.conf:1:1\n  [code]\n");
    }

    @Test
    void underlinesNoFurtherThanTheLineGoes() {
        SourceText source = SourceText.of("/etc/x.conf", "abc");
        assertThat(caret(source, 2, 50)).isEqualTo("     ^^");
        assertThat(caret(source, 4, 1)).isEqualTo("       ^");
    }

    @Test
    void cutsLongLinesAroundThePlace() {
        SourceText source = SourceText.of("/etc/x.conf", "x".repeat(5000) + "HERE" + "y".repeat(5000));

        String[] lines = new DiagnosticPrinter(List.of(source))
                .text(diagnostic(Severity.ERROR, "m", 1, 5001, 4, ""))
                .split("\n");

        assertThat(lines[1]).hasSizeLessThan(200).startsWith("    ...x").endsWith("y...");
        assertThat(lines[1].substring(lines[2].indexOf('^'), lines[2].length())).isEqualTo("HERE");
    }

    @Test
    void doesNotPassControlCharactersToTheTerminal() {
        SourceText source = SourceText.of("/etc/x.conf", "\u001b[2Ja\0\uDCE9;");
        String text = new DiagnosticPrinter(List.of(source))
                .text(diagnostic(Severity.ERROR, "unknown directive \"\u001b[2J\n\"", 1, 1, 1, ""));

        assertThat(text.lines())
                .containsExactly(
                        "sluice: [emerg] unknown directive \"\\x1b[2J\\n\" in /etc/x.conf:1:1",
                        "    \uFFFD[2Ja\uFFFD\uFFFD;",
                        "    ^",
                        "  [code]");
    }

    @Test
    void writesJsonWithTheSameKeysForAll() throws IOException {
        SourceText source = SourceText.of("/etc/x.conf", "a \"\t\u00e9\" }");
        List<Diagnostic> diagnostics = List.of(
                diagnostic(Severity.ERROR, "unexpected \"}\"", 1, 8, 1, "h"),
                new Diagnostic(Severity.NOTICE, "other", "m", Position.NONE, 1, Optional.empty()));

        String json = new DiagnosticPrinter(List.of(source)).json(diagnostics);

        List<Object> objects = JSON.std.listFrom(json);
        assertThat(objects).hasSize(2);
        assertThat(objects.get(0))
                .isEqualTo(Map.of(
                        "severity", "emerg",
                        "code", "code",
                        "message", "unexpected \"}\"",
                        "file", "/etc/x.conf",
                        "line", 1,
                        "column", 8,
                        "length", 1,
                        "sourceLine", "a \"\t\u00e9\" }",
                        "hint", "h"));
        assertThat(objects.get(1).toString())
                .isEqualTo("{severity=notice, code=other, message=m, file=null, line=null, column=null, length=null,"
                        + " sourceLine=null, hint=null}");
        assertThat(new DiagnosticPrinter(List.of()).json(List.of())).isEqualTo("[]");
    }

    private static String caret(SourceText source, int column, int length) {
        return new DiagnosticPrinter(List.of(source))
                .text(diagnostic(Severity.ERROR, "m", 1, column, length, ""))
                .split("\n")[2];
    }

    private static Diagnostic diagnostic(
            Severity severity, String message, int line, int column, int length, String hint) {
        Position position = new Position("/etc/x.conf", line, column);
        return new Diagnostic(severity, "code", message, position, length, Optional.of(hint).filter(h -> !h.isEmpty()));
    }
}

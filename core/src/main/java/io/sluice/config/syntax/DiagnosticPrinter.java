package io.sluice.config.syntax;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

import com.fasterxml.jackson.jr.ob.JSON;
import org.jspecify.annotations.Nullable;

import io.sluice.config.model.Position;

/// Shows diagnostics with the lines they are about. Immutable.
///
///     sluice: [emerg] unexpected "}" in /etc/sluice/nginx.conf:4:20
///         listen 12345 }
///                      ^
///       a ";" is missing after "12345" at line 4 [unexpected-close-brace]
public final class DiagnosticPrinter {

    private static final String PROGRAM = "sluice";

    private static final String LINE_INDENT = "    ";

    private static final String HINT_INDENT = "  ";

    /// Of a longer line only the part around the place is shown.
    private static final int MAX_LINE = 160;

    private static final int CONTEXT_BEFORE = 60;

    private static final String CUT = "...";

    private final Map<String, SourceText> sources = new HashMap<>();

    /// @param sources all that a diagnostic may point into
    public DiagnosticPrinter(List<SourceText> sources) {
        sources.forEach(source -> this.sources.put(source.name(), source));
    }

    /// All of them as text, each ended by a line feed.
    public String text(List<Diagnostic> diagnostics) {
        return diagnostics.stream().map(this::text).collect(Collectors.joining());
    }

    /// One as text, ended by a line feed.
    public String text(Diagnostic diagnostic) {
        Position position = diagnostic.position();
        StringBuilder out = new StringBuilder();
        out.append(PROGRAM).append(": [").append(diagnostic.severity().label()).append("] ");
        out.append(Printable.message(diagnostic.message()));
        if (isPlace(position)) {
            out.append(" in ").append(Printable.message(position.toString()));
        }
        out.append('\n');
        sourceLine(position).filter(line -> !line.isBlank()).ifPresent(line -> {
            Excerpt excerpt = excerpt(line, position.column(), diagnostic.length());
            out.append(LINE_INDENT).append(excerpt.line()).append('\n');
            out.append(LINE_INDENT).append(excerpt.caret()).append('\n');
        });
        out.append(HINT_INDENT);
        diagnostic.hint().ifPresent(hint -> out.append(Printable.message(hint)).append(' '));
        return out.append('[').append(diagnostic.code()).append("]\n").toString();
    }

    /// All of them as a JSON array of objects that have the same keys, with null for what there is not.
    public String json(List<Diagnostic> diagnostics) {
        List<Map<String, @Nullable Object>> objects =
                diagnostics.stream().map(this::properties).toList();
        try {
            return JSON.std.with(JSON.Feature.WRITE_NULL_PROPERTIES).asString(objects);
        } catch (IOException e) {
            throw new UncheckedIOException(e); // writing to a string
        }
    }

    private Map<String, @Nullable Object> properties(Diagnostic diagnostic) {
        Position position = diagnostic.position();
        boolean place = isPlace(position);
        Map<String, @Nullable Object> properties = new LinkedHashMap<>();
        properties.put("severity", diagnostic.severity().label());
        properties.put("code", diagnostic.code());
        properties.put("message", Printable.text(diagnostic.message()));
        properties.put("file", place ? Printable.text(position.file()) : null);
        properties.put("line", place ? position.line() : null);
        properties.put("column", place ? position.column() : null);
        properties.put("length", place ? diagnostic.length() : null);
        properties.put("sourceLine", sourceLine(position).map(Printable::text).orElse(null));
        properties.put("hint", diagnostic.hint().map(Printable::text).orElse(null));
        return properties;
    }

    private Optional<String> sourceLine(Position position) {
        return Optional.ofNullable(sources.get(position.file())).map(source -> source.line(position.line()));
    }

    private static boolean isPlace(Position position) {
        return !position.equals(Position.NONE);
    }

    /// A line and what stands below it. Immutable.
    private record Excerpt(String line, String caret) {}

    private static Excerpt excerpt(String line, int column, int length) {
        int[] characters = Printable.line(line).codePoints().toArray();
        int at = Math.min(column - 1, characters.length);
        int from = characters.length <= MAX_LINE ? 0 : Math.max(0, at - CONTEXT_BEFORE);
        int to = Math.min(characters.length, from + MAX_LINE);
        String before = from > 0 ? CUT : "";
        StringBuilder caret = new StringBuilder(" ".repeat(before.length()));
        for (int i = from; i < at; i++) {
            caret.append(characters[i] == '\t' ? '\t' : ' ');
        }
        caret.repeat("^", Math.clamp(to - at, 1, Math.max(1, length)));
        String shown = before + new String(characters, from, to - from) + (to < characters.length ? CUT : "");
        return new Excerpt(shown, caret.toString());
    }
}

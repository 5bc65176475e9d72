package io.sluice.log;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

import org.jspecify.annotations.Nullable;

import io.sluice.config.model.LogFormatConfig;
import io.sluice.config.model.LogFormatConfig.Escape;
import io.sluice.variable.Segment;
import io.sluice.variable.VariableSource;
import io.sluice.variable.VariableTable;

/// One `log_format`, compiled to literals and variables. Immutable.
///
/// A worker takes the values; the writer makes a line of them.
final class LogFormat {

    private final Escape escape;

    // literals[i] stands before the i-th variable, the last one at the end.
    private final List<String> literals;

    private final List<Segment> variables;

    private LogFormat(Escape escape, List<String> literals, List<Segment> variables) {
        this.escape = escape;
        this.literals = List.copyOf(literals);
        this.variables = List.copyOf(variables);
    }

    static LogFormat compile(LogFormatConfig config, VariableTable table) {
        List<String> literals = new ArrayList<>();
        List<Segment> variables = new ArrayList<>();
        StringBuilder literal = new StringBuilder();
        for (Segment segment : table.compile(config.text()).segments()) {
            if (segment instanceof Segment.Literal(String text)) {
                literal.append(text);
            } else {
                literals.add(literal.toString());
                literal.setLength(0);
                variables.add(segment);
            }
        }
        literals.add(literal.toString());
        return new LogFormat(config.escape(), literals, variables);
    }

    /// The values that a line of this session needs, as they are now; absent ones are null.
    @Nullable String[] values(VariableSource session) {
        @Nullable String[] values = new @Nullable String[variables.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = variables.get(i).value(session);
        }
        return values;
    }

    /// As [#values], without those in `late`, which stay null.
    @Nullable String[] earlyValues(VariableSource session, BitSet late) {
        @Nullable String[] values = new @Nullable String[variables.size()];
        for (int i = late.nextClearBit(0); i < values.length; i = late.nextClearBit(i + 1)) {
            values[i] = variables.get(i).value(session);
        }
        return values;
    }

    /// Adds those in `late`.
    void addLateValues(@Nullable String[] values, VariableSource session, BitSet late) {
        for (int i = late.nextSetBit(0); i >= 0; i = late.nextSetBit(i + 1)) {
            values[i] = variables.get(i).value(session);
        }
    }

    List<Segment> variables() {
        return variables;
    }

    /// Appends the line, without its end.
    void append(@Nullable String[] values, LineBuffer line) {
        for (int i = 0; i < values.length; i++) {
            line.append(literals.get(i));
            appendValue(values[i], line);
        }
        line.append(literals.getLast());
    }

    private void appendValue(@Nullable String value, LineBuffer line) {
        switch (escape) {
            case DEFAULT -> appendEscaped(value == null ? "-" : value, line);
            case JSON -> appendJson(value == null ? "" : value, line);
            case NONE -> line.append(value == null ? "" : value);
        }
    }

    private static void appendEscaped(String value, LineBuffer line) {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c < ' ' || c > '~' || c == '"' || c == '\\') {
                line.appendHex(c);
            } else {
                line.append(c);
            }
        }
    }

    /// Only what JSON demands; bytes above 127 pass through, they are taken to be UTF-8.
    private static void appendJson(String value, LineBuffer line) {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            switch (c) {
                case '"', '\\' -> line.append('\\').append(c);
                case '\n' -> line.append("\\n");
                case '\r' -> line.append("\\r");
                case '\t' -> line.append("\\t");
                case '\b' -> line.append("\\b");
                case '\f' -> line.append("\\f");
                default -> {
                    if (c < ' ') {
                        line.append("\\u00").append(c < 0x10 ? '0' : '1').append("0123456789ABCDEF".charAt(c & 0xF));
                    } else {
                        line.append(c);
                    }
                }
            }
        }
    }
}

package io.sluice.log;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.function.Predicate;

import org.jspecify.annotations.Nullable;

import io.sluice.session.Variable;
import io.sluice.variable.Segment;
import io.sluice.variable.Template;
import io.sluice.variable.VariableSource;
import io.sluice.variable.VariableTable;

/// Access logs whose lines are begun long before they are finished, so that whatever the first values came from need not be
/// kept until then. Immutable.
///
///     TwoStepLogs logs = TwoStepLogs.of(accessLogs, table, changing);   // null: a line cannot be begun early
///     TwoStepLogs.Lines lines = logs.begin(session);
///     // hours later:
///     int dropped = TwoStepLogs.finish(lines, rest);
public final class TwoStepLogs {

    private final List<AccessLog> logs;

    /// For each log the places of the variables that are asked for at the end.
    private final List<BitSet> late;

    private TwoStepLogs(List<AccessLog> logs, List<BitSet> late) {
        this.logs = List.copyOf(logs);
        this.late = List.copyOf(late);
    }

    /// Begun lines. Confined to whoever finishes them.
    public static final class Lines {

        private final List<Line> begun;

        private Lines(List<Line> begun) {
            this.begun = List.copyOf(begun);
        }
    }

    /// One line with its first values.
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Line(AccessLog log, BitSet late, @Nullable String[] values) {}

    /// @param changing variables whose values are known at the end only
    /// @return null when a condition, the name of a file, or something that is made of other variables depends on one of them
    public static @Nullable TwoStepLogs of(AccessLogs logs, VariableTable table, Predicate<Variable> changing) {
        List<BitSet> late = new ArrayList<>();
        for (AccessLog log : logs.logs()) {
            Template condition = log.condition();
            if (log.isComputed() || (condition != null
                    && condition.segments().stream().anyMatch(part -> table.dependsOn(part, changing)))) {
                return null;
            }
            BitSet places = new BitSet();
            List<Segment> variables = log.format().variables();
            for (int i = 0; i < variables.size(); i++) {
                if (variables.get(i) instanceof Segment.OfSession(Variable variable)) {
                    places.set(i, changing.test(variable));
                } else if (table.dependsOn(variables.get(i), changing)) {
                    return null;
                }
            }
            late.add(places);
        }
        return new TwoStepLogs(logs.logs(), late);
    }

    /// Takes the values that will not change, and asks the conditions.
    public Lines begin(VariableSource session) {
        List<Line> begun = new ArrayList<>(logs.size());
        for (int i = 0; i < logs.size(); i++) {
            AccessLog log = logs.get(i);
            if (log.wants(session)) {
                begun.add(new Line(log, late.get(i), log.format().earlyValues(session, late.get(i))));
            }
        }
        return new Lines(begun);
    }

    /// Takes the other values and hands the lines to the writer. Never blocks; once for each [#begin].
    ///
    /// @param rest has the variables that change
    /// @return how many lines were dropped because the writer was behind
    public static int finish(Lines lines, VariableSource rest) {
        int dropped = 0;
        for (Line line : lines.begun) {
            line.log().format().addLateValues(line.values(), rest, line.late());
            if (!line.log().submit(line.values())) {
                dropped++;
            }
        }
        return dropped;
    }
}

package io.sluice.http.routing;

import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

import io.sluice.variable.Segment;
import io.sluice.variable.Template;
import io.sluice.variable.VariableSource;

/// What a `rewrite` makes of a URI, compiled. Immutable.
///
/// A question mark that is written in it begins the arguments; one that a variable brings is part of the path, as in nginx.
///
/// @param path before the question mark; of a URL everything
/// @param args after it, null without
/// @param hasArgs whether a question mark is written
record Replacement(List<Segment> path, @Nullable List<Segment> args, boolean hasArgs) {

    /// A path with arguments.
    static Replacement ofPath(Template template) {
        List<Segment> path = new ArrayList<>();
        List<Segment> args = null;
        for (Segment segment : template.segments()) {
            int question = args == null && segment instanceof Segment.Literal(String text) ? text.indexOf('?') : -1;
            if (question >= 0 && segment instanceof Segment.Literal(String text)) {
                args = new ArrayList<>();
                path.add(new Segment.Literal(text.substring(0, question)));
                args.add(new Segment.Literal(text.substring(question + 1)));
            } else {
                (args == null ? path : args).add(segment);
            }
        }
        return new Replacement(List.copyOf(path), args == null ? null : List.copyOf(args), args != null);
    }

    /// A URL, which stays in one piece.
    static Replacement ofUrl(Template template) {
        boolean hasArgs = template.segments().stream()
                .anyMatch(segment -> segment instanceof Segment.Literal(String text) && text.indexOf('?') >= 0);
        return new Replacement(template.segments(), null, hasArgs);
    }

    /// Evaluates segments.
    ///
    /// @param escaping whether what `$1` and the others captured is escaped as an argument is
    static String evaluate(List<Segment> segments, VariableSource source, boolean escaping) {
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < segments.size(); i++) {
            Segment segment = segments.get(i);
            String value = segment.value(source);
            if (value == null) {
                continue;
            }
            if (escaping && segment instanceof Segment.OfCapture) {
                UriEscaping.ARGUMENTS.append(out, value);
            } else {
                out.append(value);
            }
        }
        return out.toString();
    }
}

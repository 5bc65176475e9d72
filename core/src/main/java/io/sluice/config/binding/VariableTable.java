package io.sluice.config.binding;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.sluice.config.syntax.NameSuggestions;
import io.sluice.session.Variable;

/// The variables that a configuration defines and uses. Used during start-up only.
final class VariableTable {

    /// A named group of a regular expression; an escaped parenthesis opens none.
    private static final Pattern NAMED_GROUP =
            Pattern.compile("(?<!\\\\)\\((?:\\?P?<([A-Za-z_]\\w*)>|\\?'([A-Za-z_]\\w*)')");

    private final BuiltInVariables builtIn;

    private final NameTable names = new NameTable();

    /// What somebody would miss: `map` and its like; a `set` or a capture may be there for its side effect.
    private final NameTable computed = new NameTable();

    VariableTable(BuiltInVariables builtIn) {
        this.builtIn = builtIn;
    }

    /// Notes that a name occurs, in a place that is not asked whether it exists.
    void mention(Fragment name) {
        computed.mention(name.text());
    }

    /// Notes a use inside a template.
    void use(Fragment name) {
        mention(name);
        if (!isCapture(name.text())) {
            names.use(name.text(), name);
        }
    }

    /// The name that `$name` defines; absent, and reported, when it is no name or belongs to a built-in variable.
    Optional<String> define(Directive directive, Fragment written) {
        String text = written.text();
        if (!text.startsWith("$") || text.length() == 1) {
            directive.error("invalid-variable-name", written, "invalid variable name \"" + text + "\"");
            return Optional.empty();
        }
        return defineName(directive, written.from(1));
    }

    /// As [#define], for a variable whose being unused is worth a warning.
    Optional<String> defineComputed(Directive directive, Fragment written) {
        Optional<String> name = define(directive, written);
        name.ifPresent(n -> computed.define(n, written));
        return name;
    }

    /// Defines what the named groups of a regular expression capture.
    void defineCaptures(Directive directive, Fragment pattern) {
        Matcher matcher = NAMED_GROUP.matcher(pattern.text());
        while (matcher.find()) {
            int group = matcher.group(1) == null ? 2 : 1;
            defineName(directive, pattern.part(matcher.start(group), matcher.end(group)));
        }
    }

    private Optional<String> defineName(Directive directive, Fragment name) {
        String lower = name.text().toLowerCase(Locale.ROOT);
        if (!builtIn.mayBeDefined(lower)) {
            directive.error("duplicate-variable", name, "the duplicate \"" + name.text() + "\" variable");
            return Optional.empty();
        }
        names.define(lower, name);
        return Optional.of(lower);
    }

    /// Reports the uses of what does not exist, or has no value yet.
    void checkUses(BindingRun run) {
        for (Fragment use : names.unknown()) {
            String name = use.text();
            Optional<Variable> variable = builtIn.byName(name);
            if (variable.filter(v -> !v.available()).isPresent()) {
                run.error("not-supported", use,
                        "\"" + name + "\" variable is known but not supported by Sluice yet");
            } else if (variable.isEmpty()) {
                run.error("unknown-variable", use, "unknown \"" + name + "\" variable",
                        NameSuggestions.hint(name, candidates()));
            }
        }
    }

    /// The computed variables that nothing uses.
    List<Fragment> unusedComputed() {
        return computed.unused();
    }

    private Set<String> candidates() {
        Set<String> candidates = new TreeSet<>(names.names());
        builtIn.named().filter(Variable::available).forEach(variable -> candidates.add(variable.variableName()));
        return candidates;
    }

    private static boolean isCapture(String name) {
        return name.length() == 1 && name.charAt(0) >= '1' && name.charAt(0) <= '9';
    }
}

package io.sluice.config.binding;

import java.util.List;
import java.util.Optional;

import io.sluice.config.model.RewriteStep;
import io.sluice.config.model.RewriteStep.Rewrite.Flag;
import io.sluice.config.model.TemplateConfig;

import static io.sluice.config.binding.Arity.*;
import static io.sluice.config.binding.Context.*;
import static io.sluice.config.binding.DirectiveSpec.row;

/// The directives of nginx's rewrite module, which are the steps of a script. Immutable.
final class RewriteDirectives {

    static final Listing<ScriptLine> SCRIPT = new Listing<>();

    /// One line of a script.
    sealed interface ScriptLine {

        /// A step that is complete.
        record Step(RewriteStep step) implements ScriptLine {}

        /// An `if`, whose body is linked like a location.
        record Branch(Directive directive, RewriteStep.Condition condition, Scope body) implements ScriptLine {}
    }

    private static final int HIGHEST_STATUS = 999;

    private static final int FOUND = 302;

    static final List<DirectiveSpec> ROWS = List.of(
            row("set").in(HTTP_SERVER, HTTP_LOCATION, HTTP_SERVER_IF, HTTP_LOCATION_IF).takes(TWO, "$variable value")
                    .repeatable().by(RewriteDirectives::set)
                    .means("Gives a variable a value; also `$args` and `$limit_rate`."),
            row("break").in(HTTP_SERVER, HTTP_LOCATION, HTTP_SERVER_IF, HTTP_LOCATION_IF).takes(NONE, "").repeatable()
                    .by(d -> add(d, new RewriteStep.Break(d.position())))
                    .means("Skips the rest of the script."),
            row("return").in(HTTP_SERVER, HTTP_LOCATION, HTTP_SERVER_IF, HTTP_LOCATION_IF)
                    .takes(ONE_OR_TWO, "code [text | URL] | URL").repeatable().by(RewriteDirectives::returns)
                    .means("Answers; 444 closes the connection without an answer."),
            row("rewrite").in(HTTP_SERVER, HTTP_LOCATION, HTTP_SERVER_IF, HTTP_LOCATION_IF)
                    .takes(TWO_OR_THREE, "expression replacement [last | break | redirect | permanent]").repeatable()
                    .by(RewriteDirectives::rewrite)
                    .means("Replaces a URI that an expression matches."),
            row("if").in(HTTP_SERVER, HTTP_LOCATION).takes(BLOCK_ONE_OR_MORE, "(condition)").repeatable()
                    .by(RewriteDirectives::branch)
                    .means("Goes through a block when a condition holds."),
            row("rewrite_log").in(HTTP, HTTP_SERVER, HTTP_LOCATION, HTTP_SERVER_IF, HTTP_LOCATION_IF)
                    .value(Setting.of(ValueType.FLAG, "off"))
                    .inert("Whether steps are logged as notices.", "Requests are traced by other means."),
            row("uninitialized_variable_warn").in(HTTP, HTTP_SERVER, HTTP_LOCATION, HTTP_SERVER_IF, HTTP_LOCATION_IF)
                    .value(Setting.of(ValueType.FLAG, "on"))
                    .inert("Whether the use of a variable without a value is logged.", "Such a variable is empty."));

    private RewriteDirectives() {}

    private static void add(Directive directive, RewriteStep step) {
        directive.scope().add(SCRIPT, new ScriptLine.Step(step));
    }

    private static void set(Directive directive) {
        directive.run().variables().define(directive, directive.argument(0))
                .ifPresent(variable -> directive.template(directive.argument(1)).ifPresent(value ->
                        add(directive, new RewriteStep.Set(directive.position(), variable, value))));
    }

    private static void returns(Directive directive) {
        Fragment first = directive.argument(0);
        Optional<Integer> status = ValueType.number(first.text()).filter(n -> n <= HIGHEST_STATUS);
        if (status.isEmpty() && directive.count() == 1 && isUrl(first.text())) {
            directive.template(first).ifPresent(url ->
                    add(directive, new RewriteStep.Return(directive.position(), FOUND, Optional.of(url))));
        } else if (status.isEmpty()) {
            directive.error("invalid-value", first, "invalid return code \"" + first.text() + "\"");
        } else if (directive.count() == 1) {
            add(directive, new RewriteStep.Return(directive.position(), status.get(), Optional.empty()));
        } else {
            directive.template(directive.argument(1)).ifPresent(text -> add(directive,
                    new RewriteStep.Return(directive.position(), status.get(), Optional.of(text))));
        }
    }

    private static boolean isUrl(String text) {
        return text.startsWith("http://") || text.startsWith("https://") || text.startsWith("$scheme");
    }

    private static void rewrite(Directive directive) {
        Fragment written = directive.argument(1);
        if (written.text().isEmpty()) {
            directive.error("invalid-value", written, "empty replacement");
            return;
        }
        boolean keepArguments = !written.text().endsWith("?");
        Fragment replacement = keepArguments ? written : written.part(0, written.text().length() - 1);
        Optional<String> pattern = PatternText.read(directive, directive.argument(0), false);
        Optional<Flag> flag = directive.count() == 2 ? Optional.of(Flag.NONE) : flag(directive, directive.argument(2));
        Optional<TemplateConfig> template = directive.template(replacement);
        if (pattern.isPresent() && flag.isPresent() && template.isPresent()) {
            boolean redirects = isUrl(written.text()) && flag.get() != Flag.PERMANENT;
            add(directive, new RewriteStep.Rewrite(
                    directive.position(), pattern.get(), template.get(), keepArguments,
                    redirects ? Flag.REDIRECT : flag.get()));
        }
    }

    private static Optional<Flag> flag(Directive directive, Fragment written) {
        Optional<Flag> flag = switch (written.text()) {
            case "last" -> Optional.of(Flag.LAST);
            case "break" -> Optional.of(Flag.BREAK);
            case "redirect" -> Optional.of(Flag.REDIRECT);
            case "permanent" -> Optional.of(Flag.PERMANENT);
            default -> Optional.empty();
        };
        if (flag.isEmpty()) {
            directive.invalidParameter(written);
        }
        return flag;
    }

    private static void branch(Directive directive) {
        Optional<RewriteStep.Condition> condition = ConditionText.read(directive);
        boolean server = directive.scope().context() == HTTP_SERVER;
        Scope body = directive.open(server ? HTTP_SERVER_IF : HTTP_LOCATION_IF);
        condition.ifPresent(c -> directive.scope().add(SCRIPT, new ScriptLine.Branch(directive, c, body)));
    }
}

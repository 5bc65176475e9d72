package io.sluice.http.routing;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import io.sluice.config.model.LocationConfig;
import io.sluice.config.model.RewriteStep;
import io.sluice.config.model.RewriteStep.Condition;
import io.sluice.config.model.RewriteStep.FileCheck;
import io.sluice.config.model.RewriteStep.Rewrite.Flag;
import io.sluice.variable.Assignment;
import io.sluice.variable.CapturingExpression;
import io.sluice.variable.Template;

/// The `rewrite`, `return`, `set`, `if` and `break` of a server or a location, compiled. Immutable.
///
/// @param <T> what is attached to a location
final class RewriteScript<T> {

    private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);

    private final List<Step<T>> steps;

    private RewriteScript(List<Step<T>> steps) {
        this.steps = List.copyOf(steps);
    }

    /// Compiles a script.
    ///
    /// @param name of the location it stands in
    /// @param ofServer whether it is a server's: the bodies of its `if`s do not become a request's location
    static <T> RewriteScript<T> compile(
            List<RewriteStep> script, String name, boolean ofServer, RoutingCompiler<T> compiler) {
        List<Step<T>> steps = new ArrayList<>(script.size());
        for (RewriteStep step : script) {
            steps.add(switch (step) {
                case RewriteStep.Set set -> new Step.Assign<>(
                        compiler.variables().compileSet(set.variable(), set.value(), set.position()));
                case RewriteStep.Break _ -> new Step.Break<>();
                case RewriteStep.Return end -> end(end, compiler);
                case RewriteStep.Rewrite rewrite -> rewrite(rewrite, compiler);
                case RewriteStep.If branch -> branch(branch, name, ofServer, compiler);
            });
        }
        return new RewriteScript<>(steps);
    }

    boolean isEmpty() {
        return steps.isEmpty();
    }

    /// Runs the script for a request whose location this is.
    ///
    /// @return [Routed.Continue] when the script ends nothing: with the location, or with the body of the last `if` that held
    Routed<T> run(RewriteTarget<T> request, Location<T> location) {
        return steps.isEmpty() ? location.continued() : new ScriptRun<>(request, location).run(this);
    }

    List<Step<T>> steps() {
        return steps;
    }

    private static <T> Step<T> end(RewriteStep.Return end, RoutingCompiler<T> compiler) {
        Optional<Template> text = end.text().map(compiler.variables()::compile);
        return new Step.End<>(end.status(), REDIRECTS.contains(end.status()), text.orElse(null));
    }

    private static <T> Step<T> rewrite(RewriteStep.Rewrite rewrite, RoutingCompiler<T> compiler) {
        CapturingExpression pattern = compiler.variables().expression(rewrite.pattern(), false, rewrite.position());
        Template template = compiler.variables().compile(rewrite.replacement());
        return switch (rewrite.flag()) {
            case REDIRECT, PERMANENT -> new Step.Redirect<>(
                    pattern, Replacement.ofUrl(template), rewrite.keepArguments(),
                    rewrite.flag() == Flag.PERMANENT ? 301 : 302);
            case NONE, LAST, BREAK -> new Step.Rewrite<>(
                    pattern, Replacement.ofPath(template), rewrite.keepArguments(),
                    rewrite.flag() == Flag.BREAK, rewrite.flag() != Flag.NONE);
        };
    }

    private static <T> Step<T> branch(
            RewriteStep.If branch, String name, boolean ofServer, RoutingCompiler<T> compiler) {
        LocationConfig body = branch.body();
        if (ofServer) {
            return new Step.Branch<>(
                    test(branch.condition(), branch, compiler), null, compile(body.script(), name, true, compiler));
        }
        Location<T> location = Location.conditional(body, name, compiler);
        return new Step.Branch<>(test(branch.condition(), branch, compiler), location, location.script());
    }

    private static <T> Test test(Condition condition, RewriteStep.If branch, RoutingCompiler<T> compiler) {
        return switch (condition) {
            case Condition.Truthy(var value) -> new Test.Truthy(compiler.variables().compile(value));
            case Condition.Equals(var value, var other, boolean negated) -> new Test.Same(
                    compiler.variables().compile(value), compiler.variables().compile(other), negated);
            case Condition.Matches(var value, String pattern, boolean ignoreCase, boolean negated) -> new Test.Matches(
                    compiler.variables().compile(value),
                    compiler.variables().expression(pattern, ignoreCase, branch.position()), negated);
            case Condition.Exists(FileCheck test, var path, boolean negated) -> new Test.Exists(
                    test, compiler.variables().compile(path), negated);
        };
    }

    /// One directive.
    sealed interface Step<T> {

        /// `set`.
        record Assign<T>(Assignment assignment) implements Step<T> {}

        /// `break`.
        record Break<T>() implements Step<T> {}

        /// `return`.
        record End<T>(int status, boolean redirects, @Nullable Template text) implements Step<T> {}

        /// `rewrite` within the server.
        ///
        /// @param breaks `break`: the location stays
        /// @param last whether the script ends
        record Rewrite<T>(
                CapturingExpression pattern, Replacement replacement, boolean keepArguments, boolean breaks, boolean last)
                implements Step<T> {}

        /// `rewrite` to a URL.
        record Redirect<T>(
                CapturingExpression pattern, Replacement replacement, boolean keepArguments, int status)
                implements Step<T> {}

        /// `if`.
        ///
        /// @param location what becomes the request's location; null in a server
        record Branch<T>(Test test, @Nullable Location<T> location, RewriteScript<T> body) implements Step<T> {}
    }

    /// What an `if` asks.
    sealed interface Test {

        /// The value is neither empty nor `0`.
        record Truthy(Template value) implements Test {}

        /// `=` and `!=`.
        record Same(Template value, Template other, boolean negated) implements Test {}

        /// `~` and its kin.
        record Matches(Template value, CapturingExpression pattern, boolean negated) implements Test {}

        /// `-f` and its kin.
        record Exists(FileCheck test, Template path, boolean negated) implements Test {}
    }
}

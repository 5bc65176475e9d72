package io.sluice.http.routing;

import java.util.List;

import org.jspecify.annotations.Nullable;

import io.sluice.http.routing.RewriteScript.Step;
import io.sluice.http.routing.RewriteScript.FileProbe;
import io.sluice.session.HttpVariable;
import io.sluice.variable.Assignment;
import io.sluice.variable.SetVariable;
import io.sluice.variable.Template;

/// One run of a script. Confined to its worker's event loop.
final class ScriptRun<T> {

    private static final int BAD_REQUEST = 400;

    private static final int CLOSE = 444;

    private final RewriteTarget<T> request;

    private final RequestTarget target;

    private Location<T> location;

    // nginx escapes captures in `set` and `if` until a `rewrite` of the same script has matched.
    private boolean escapesCaptures = true;

    private boolean ended;

    ScriptRun(RewriteTarget<T> request, Location<T> location) {
        this.request = request;
        this.target = request.target();
        this.location = location;
    }

    Routed<T> run(RewriteScript<T> script) {
        Routed<T> routed = steps(script.steps());
        return routed == null ? location.continued() : routed;
    }

    /// Runs steps until one ends the script; what it has come to, or null when the request goes on.
    private @Nullable Routed<T> steps(List<Step<T>> steps) {
        for (int i = 0; i < steps.size() && !ended; i++) {
            Routed<T> routed = switch (steps.get(i)) {
                case Step.Assign<T> assign -> {
                    assign(assign.assignment());
                    yield null;
                }
                case Step.Break<T> _ -> {
                    target.breaks();
                    ended = true;
                    yield null;
                }
                case Step.End<T> end -> end(end);
                case Step.Rewrite<T> rewrite -> rewrite(rewrite);
                case Step.Redirect<T> redirect -> redirect(redirect);
                case Step.Branch<T> branch -> branch(branch);
            };
            if (routed != null) {
                return routed;
            }
        }
        return null;
    }

    private void assign(Assignment assignment) {
        switch (assignment) {
            case SetVariable set -> set.assign(evaluate(set.value()), request);
            case Assignment.ToBuiltIn(HttpVariable variable, Template value) when variable == HttpVariable.ARGS ->
                target.changeArgs(evaluate(value));
            case Assignment.ToBuiltIn(HttpVariable variable, Template value) ->
                request.change(variable, evaluate(value));
        }
    }

    private Routed<T> end(Step.End<T> end) {
        Template template = end.text();
        String text = template == null ? "" : template.evaluate(request);
        if (end.redirects()) {
            return new Routed.Redirect<>(location, end.status(), UriEscaping.CONTROLS.escape(text));
        }
        boolean written = template != null && !(template.isLiteral() && text.isEmpty());
        if (end.status() < BAD_REQUEST || written) {
            return new Routed.Respond<>(location, end.status(), text);
        }
        return end.status() == CLOSE
                ? new Routed.CloseSilently<>(location)
                : new Routed.Respond<>(location, end.status(), null);
    }

    private @Nullable Routed<T> rewrite(Step.Rewrite<T> rewrite) {
        if (!rewrite.pattern().matches(target.path(), request)) {
            request.variableValues().clearCaptures();
            return null;
        }
        target.rewriteBegins(rewrite.breaks());
        String path = Replacement.evaluate(rewrite.replacement().path(), request, false);
        String args = rewrite.keepArguments() ? target.args() : "";
        if (rewrite.replacement().args() != null) {
            String written = Replacement.evaluate(rewrite.replacement().args(), request, target.escapesCaptures());
            args = args.isEmpty() ? written : written + '&' + args;
        }
        escapesCaptures = false;
        target.rewritten(path, args);
        ended = rewrite.last();
        return path.isEmpty() ? new Routed.EmptyUri<>(location) : null;
    }

    private @Nullable Routed<T> redirect(Step.Redirect<T> redirect) {
        if (!redirect.pattern().matches(target.path(), request)) {
            request.variableValues().clearCaptures();
            return null;
        }
        String url = UriEscaping.unescapeRedirect(
                Replacement.evaluate(redirect.replacement().path(), request, target.escapesCaptures()));
        if (redirect.keepArguments() && !target.args().isEmpty()) {
            url = url + (redirect.replacement().hasArgs() ? '&' : '?') + target.args();
        }
        return new Routed.Redirect<>(location, redirect.status(), UriEscaping.CONTROLS.escape(url));
    }

    private @Nullable Routed<T> branch(Step.Branch<T> branch) {
        if (!holds(branch.test())) {
            return null;
        }
        if (branch.location() != null) {
            location = branch.location();
        }
        return steps(branch.body().steps());
    }

    private boolean holds(FileProbe test) {
        return switch (test) {
            case FileProbe.Truthy(Template value) -> {
                String text = evaluate(value);
                yield !text.isEmpty() && !text.equals("0");
            }
            case FileProbe.Same(Template value, Template other, boolean negated) ->
                evaluate(value).equals(evaluate(other)) != negated;
            case FileProbe.Matches(Template value, var pattern, boolean negated) -> {
                boolean matches = pattern.matches(evaluate(value), request);
                if (!matches) {
                    request.variableValues().clearCaptures();
                }
                yield matches != negated;
            }
            case FileProbe.Exists(var fileTest, Template path, boolean negated) ->
                request.test(fileTest, evaluate(path)) != negated;
        };
    }

    private String evaluate(Template template) {
        return escapesCaptures && target.escapesCaptures()
                ? Replacement.evaluate(template.segments(), request, true)
                : template.evaluate(request);
    }
}

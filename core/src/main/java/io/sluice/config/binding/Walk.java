package io.sluice.config.binding;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

import io.sluice.config.syntax.DirectiveNode;
import io.sluice.config.syntax.Token;

/// Goes through a block, finds each directive's row and hands the directive over to it; knows no directive by name. Used
/// during start-up only.
final class Walk {

    private final BindingRun run;

    Walk(BindingRun run) {
        this.run = run;
    }

    /// Takes the directives of a block in order.
    void block(List<DirectiveNode> nodes, Scope scope) {
        for (DirectiveNode node : nodes) {
            DirectiveTables.find(node.name().text(), scope.context())
                    .ifPresentOrElse(
                            row -> known(new Directive(run, node, row, scope)),
                            () -> misplaced(node, scope.context()));
        }
    }

    private void misplaced(DirectiveNode node, Context context) {
        Fragment name = Fragment.of(node.name());
        Set<Context> elsewhere = DirectiveTables.contextsOf(name.text());
        if (elsewhere.isEmpty()) {
            run.error("unknown-directive", name, "unknown directive \"" + name.text() + "\"",
                    DirectiveTables.hint(name.text(), context));
        } else {
            String places = elsewhere.stream().map(c -> "\"" + c.label() + "\"").collect(Collectors.joining(", "));
            run.error("directive-not-allowed", name, "\"" + name.text() + "\" directive is not allowed here",
                    Optional.of("it is allowed in " + places));
        }
    }

    private void known(Directive directive) {
        DirectiveSpec spec = directive.spec();
        switch (spec.support()) {
            case SUPPORTED, ACCEPTED_INERT -> {
                if (wellShaped(directive) && (spec.repeatable() || firstTime(directive))) {
                    spec.setter().set(directive);
                }
            }
            case NOT_YET -> {
                if (!saysTheDefault(directive)) {
                    directive.error("not-supported", directive.nameFragment(),
                            "\"" + spec.name() + "\" directive is known but not supported by Sluice yet");
                    run.silently(() -> {
                        if (wellShaped(directive)) {
                            spec.setter().set(directive);
                        }
                    });
                }
            }
            case PLUS -> directive.error("not-supported", directive.nameFragment(),
                    "\"" + spec.name() + "\" is an NGINX Plus directive and not supported by Sluice");
            case SKIPPED_BLOCK -> {
                if (wellShaped(directive) && firstTime(directive)) {
                    directive.warning("skipped-block", directive.nameFragment(),
                            "\"" + spec.name() + "\" blocks are not yet supported, this one is skipped");
                }
            }
        }
    }

    private static boolean firstTime(Directive directive) {
        boolean first = directive.scope().firstTime(directive.name());
        if (!first) {
            directive.duplicate();
        }
        return first;
    }

    /// `ssl_preread off` asks for nothing that is not the case.
    private static boolean saysTheDefault(Directive directive) {
        String written = directive.node().arguments().stream().map(Token::text).collect(Collectors.joining(" "));
        return !written.isEmpty() && written.equals(directive.spec().defaultText());
    }

    private boolean wellShaped(Directive directive) {
        Arity arity = directive.spec().arity();
        DirectiveNode node = directive.node();
        String name = directive.name();
        if (arity.block() && node.block().isEmpty()) {
            directive.error("missing-block", directive.nameFragment(), "directive \"" + name + "\" has no opening \"{\"");
            return false;
        }
        if (!arity.block() && node.block().isPresent()) {
            run.error("unexpected-block", node.block().get().open(),
                    "directive \"" + name + "\" is not terminated by \";\"");
            return false;
        }
        if (!arity.admits(directive.count())) {
            directive.error("wrong-number-of-arguments", directive.nameFragment(),
                    "invalid number of arguments in \"" + name + "\" directive", takes(directive.spec()));
            return false;
        }
        return true;
    }

    private static Optional<String> takes(DirectiveSpec spec) {
        String end = spec.arity().block() ? " { ... }" : ";";
        String arguments = spec.syntax().isEmpty() ? "" : " " + spec.syntax();
        return Optional.of("it is written: " + spec.name() + arguments + end);
    }
}

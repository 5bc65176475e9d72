package io.sluice.config.syntax;

import java.util.ArrayList;
import java.util.List;

/// Parsed text in a form that assertions can state. Used by tests.
final class Trees {

    private Trees() {}

    /// Parses text that must have no errors.
    static List<DirectiveNode> parse(String text) {
        Diagnostics diagnostics = new Diagnostics();
        ParsedConfig config = ConfigParser.parse(SourceText.of("test.conf", text), diagnostics);
        if (!diagnostics.all().isEmpty()) {
            throw new AssertionError("unexpected: " + diagnostics.all());
        }
        return config.directives();
    }

    /// `name arg arg;` and `name arg { ... }` with each word between angle brackets, whatever is in it.
    static String outline(List<DirectiveNode> nodes) {
        List<String> parts = new ArrayList<>();
        for (DirectiveNode node : nodes) {
            StringBuilder out = new StringBuilder("<" + node.name().text() + ">");
            node.arguments().forEach(argument -> out.append(" <").append(argument.text()).append('>'));
            node.block().ifPresent(block -> out.append(" {").append(outline(block.children())).append('}'));
            parts.add(out.toString());
        }
        return String.join("; ", parts);
    }

    /// The errors of a text: `line:column message`.
    static List<String> errors(String text) {
        Diagnostics diagnostics = new Diagnostics();
        ConfigParser.parse(SourceText.of("test.conf", text), diagnostics);
        return lines(diagnostics);
    }

    static List<String> lines(Diagnostics diagnostics) {
        return diagnostics.all().stream()
                .map(d -> d.position().line() + ":" + d.position().column() + " " + d.message())
                .toList();
    }
}

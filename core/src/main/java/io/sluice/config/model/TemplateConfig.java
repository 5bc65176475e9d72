package io.sluice.config.model;

import java.util.List;

/// Text with variables in it, as written: `"$remote_addr:${server_port}"`. Immutable.
///
/// The binder has checked that every name exists in its context; `io.sluice.variable` compiles it.
public record TemplateConfig(Position position, List<Part> parts) {

    /// Literal text or a variable's name.
    public sealed interface Part {}

    /// Text that stands for itself.
    public record Literal(String text) implements Part {}

    /// The value of variable `name` (without the dollar sign).
    public record Named(String name, Position position) implements Part {}

    public TemplateConfig {
        parts = List.copyOf(parts);
    }

    /// A template that is one literal; an empty text has no parts.
    public static TemplateConfig literal(Position position, String text) {
        return new TemplateConfig(position, text.isEmpty() ? List.of() : List.of(new Literal(text)));
    }

    /// Whether no variable occurs.
    public boolean isLiteral() {
        return parts.stream().allMatch(Literal.class::isInstance);
    }

    /// The text as it would be written.
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        for (Part part : parts) {
            switch (part) {
                case Literal literal -> text.append(literal.text());
                case Named named -> text.append("${").append(named.name()).append('}');
            }
        }
        return text.toString();
    }
}

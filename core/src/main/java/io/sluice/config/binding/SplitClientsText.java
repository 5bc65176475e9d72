package io.sluice.config.binding;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import io.sluice.config.model.SplitClientsConfig;
import io.sluice.config.model.TemplateConfig;
import io.sluice.config.syntax.DirectiveNode;

/// Reads a `split_clients {}`: its lines are percentages with values. Used during start-up only.
final class SplitClientsText {

    private static final int ALL_HUNDREDTHS = 10_000;

    private SplitClientsText() {}

    static void bind(Directive directive) {
        Optional<TemplateConfig> key = directive.template(directive.argument(0));
        Optional<String> variable = directive.run().variables().defineComputed(directive, directive.argument(1));
        List<SplitClientsConfig.Part> parts = new ArrayList<>();
        int sum = 0;
        for (DirectiveNode line : directive.children()) {
            Optional<SplitClientsConfig.Part> part = part(directive, line);
            part.ifPresent(parts::add);
            boolean fitted = sum <= ALL_HUNDREDTHS;
            sum += part.map(SplitClientsConfig.Part::hundredths).map(h -> h == 0 ? ALL_HUNDREDTHS : h).orElse(0);
            if (part.filter(p -> p.hundredths() == 0).isPresent()) {
                sum = Math.min(sum, ALL_HUNDREDTHS);
            }
            if (fitted && sum > ALL_HUNDREDTHS) {
                directive.error("too-many-percent", Fragment.of(line.name()), "percent total is greater than 100%");
            }
        }
        if (key.isPresent() && variable.isPresent()) {
            directive.scope().add(StreamDirectives.SPLITS,
                    new SplitClientsConfig(directive.position(), key.get(), variable.get(), parts));
        }
    }

    private static Optional<SplitClientsConfig.Part> part(Directive directive, DirectiveNode line) {
        Fragment share = Fragment.of(line.name());
        if (line.block().isPresent()) {
            directive.run().error("unexpected-block", line.block().get().open(), "unexpected \"{\"");
            return Optional.empty();
        }
        Optional<Integer> hundredths = "*".equals(share.text()) ? Optional.of(0) : hundredths(share.text());
        if (hundredths.isEmpty() || line.arguments().size() != 1) {
            directive.error("invalid-value", share, "invalid percent value \"" + share.text() + "\"");
            return Optional.empty();
        }
        return Optional.of(new SplitClientsConfig.Part(
                line.position(), hundredths.get(), line.arguments().getFirst().text()));
    }

    /// `12.34%`, more than zero, with two decimals at most.
    private static Optional<Integer> hundredths(String text) {
        if (!text.matches("\\d{1,7}(\\.\\d{0,2})?%")) {
            return Optional.empty();
        }
        String number = text.substring(0, text.length() - 1);
        int point = number.indexOf('.');
        String whole = point < 0 ? number : number.substring(0, point);
        String decimals = (point < 0 ? "" : number.substring(point + 1)) + "00";
        int value = Integer.parseInt(whole) * 100 + Integer.parseInt(decimals.substring(0, 2));
        return value == 0 ? Optional.empty() : Optional.of(value);
    }
}

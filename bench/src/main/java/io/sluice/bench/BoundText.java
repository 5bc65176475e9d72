package io.sluice.bench;

import java.nio.file.Path;
import java.util.Optional;

import io.sluice.config.binding.Binder;
import io.sluice.config.binding.BindingEnvironment;
import io.sluice.config.binding.PatternCheck;
import io.sluice.config.model.ProxyConfig;
import io.sluice.config.syntax.ConfigParser;
import io.sluice.config.syntax.Diagnostics;
import io.sluice.config.syntax.ParsedConfig;
import io.sluice.config.syntax.SourceText;
import io.sluice.variable.InvalidExpressionException;
import io.sluice.variable.RegularExpression;

/// What a configuration means, by the same road that a start takes, for benchmarks that need a part of the model.
/// Thread-safe: no state.
public final class BoundText {

    private static final Path PREFIX = Path.of("/");

    private static final BindingEnvironment ENVIRONMENT = BindingEnvironment.of(PREFIX, PREFIX, BoundText::check);

    private BoundText() {}

    /// The model of a text that includes nothing.
    ///
    /// @throws IllegalArgumentException when it cannot be used, with everything that is wrong
    public static ProxyConfig of(String text) {
        Diagnostics diagnostics = new Diagnostics();
        return bind(ConfigParser.parse(SourceText.of("nginx.conf", text), diagnostics), diagnostics);
    }

    /// The model of a configuration that was read.
    ///
    /// @param diagnostics what reading it has found
    /// @throws IllegalArgumentException when it cannot be used, with everything that is wrong
    public static ProxyConfig bind(ParsedConfig parsed, Diagnostics diagnostics) {
        return new Binder(ENVIRONMENT, diagnostics)
                .bind(parsed)
                .orElseThrow(() -> new IllegalArgumentException(diagnostics.all().toString()));
    }

    private static Optional<PatternCheck.Problem> check(String pattern, boolean ignoreCase) {
        try {
            RegularExpression.compile(pattern, ignoreCase);
            return Optional.empty();
        } catch (InvalidExpressionException e) {
            return Optional.of(new PatternCheck.Problem(e.getMessage(), e.index()));
        }
    }
}

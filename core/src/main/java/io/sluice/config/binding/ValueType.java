package io.sluice.config.binding;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

import io.sluice.config.model.ByteSize;

/// A kind of single-word value: how it is read and what nginx says when it cannot be. Immutable.
///
/// @param syntax what the documentation writes for it
/// @param parser empty when the text is no such value
/// @param complaint format of the message: the text is its first argument, the directive's name its second
record ValueType<T>(String syntax, Function<String, Optional<T>> parser, String complaint) {

    /// nginx's most frequent complaint.
    static final String INVALID_VALUE = "\"%2$s\" directive invalid value";

    static final ValueType<Duration> MILLISECONDS =
            new ValueType<>("time", TimeValue.MILLISECONDS::parse, INVALID_VALUE);

    static final ValueType<Duration> SECONDS = new ValueType<>("time", TimeValue.SECONDS::parse, INVALID_VALUE);

    static final ValueType<ByteSize> SIZE = new ValueType<>("size", ByteSize::parse, INVALID_VALUE);

    /// A size that may be given in gigabytes.
    static final ValueType<ByteSize> OFFSET = new ValueType<>("size", ByteSize::parseOffset, INVALID_VALUE);

    /// A size that ends up in a C `int`.
    static final ValueType<Integer> SOCKET_BUFFER = new ValueType<>(
            "size",
            text -> ByteSize.parse(text).filter(s -> s.bytes() <= Integer.MAX_VALUE).map(s -> (int) s.bytes()),
            INVALID_VALUE);

    static final ValueType<Integer> NUMBER =
            new ValueType<>("number", ValueType::number, "\"%2$s\" directive invalid number");

    static final ValueType<Boolean> FLAG = new ValueType<>(
            "on | off",
            text -> Optional.ofNullable(Map.of("on", true, "off", false).get(text.toLowerCase(Locale.ROOT))),
            "invalid value \"%1$s\" in \"%2$s\" directive, it must be \"on\" or \"off\"");

    /// For settings that are not read from one word.
    static <T> ValueType<T> composed(String syntax) {
        return new ValueType<>(syntax, _ -> Optional.empty(), INVALID_VALUE);
    }

    /// One of some constants.
    static <T> ValueType<T> oneOf(Function<T, String> label, List<T> constants) {
        Map<String, T> byLabel = constants.stream().collect(Collectors.toMap(label, c -> c));
        String syntax = constants.stream().map(label).collect(Collectors.joining(" | "));
        return new ValueType<>(syntax, text -> Optional.ofNullable(byLabel.get(text)), "invalid value \"%1$s\"");
    }

    Optional<T> parse(String text) {
        return parser.apply(text);
    }

    /// The value of a fragment; absent, and reported, when it is none.
    Optional<T> read(Directive directive, Fragment fragment) {
        Optional<T> value = parse(fragment.text());
        if (value.isEmpty()) {
            directive.error("invalid-value", fragment, complaint.formatted(fragment.text(), directive.name()));
        }
        return value;
    }

    /// Digits that make an int, as nginx reads them: no sign, no space.
    static Optional<Integer> number(String text) {
        if (text.isEmpty() || text.length() > 10 || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return Optional.empty();
        }
        long value = Long.parseLong(text);
        return value > Integer.MAX_VALUE ? Optional.empty() : Optional.of((int) value);
    }
}

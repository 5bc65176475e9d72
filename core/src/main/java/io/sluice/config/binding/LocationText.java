package io.sluice.config.binding;

import java.util.Optional;

import io.sluice.config.model.LocationConfig.Match;

/// Reads `location`: which URIs it is for, and whether it may stand where it stands. Used during start-up only.
final class LocationText {

    static final Setting<Match> MATCH = Setting.optional(ValueType.composed("match"));

    private LocationText() {}

    static void bind(Directive directive) {
        Optional<Match> match = match(directive).filter(m -> fitsInside(directive, m));
        Match known = match.orElseGet(Match.Conditional::new);
        boolean repeated = match.isPresent() && repeated(directive.scope(), known);
        if (repeated && known instanceof Match.Named) {
            directive.warning("unreachable-location", directive.argument(0),
                    "location \"" + name(known) + "\" is never reached, another of this name comes first");
        } else if (repeated) {
            directive.error("duplicate-location", directive.argument(directive.count() - 1),
                    "duplicate location \"" + name(known) + "\"");
        }
        // The match is what the directives inside ask for, so it is there before they are read.
        Scope location = directive.scope().inner(Context.HTTP_LOCATION, directive.node());
        location.put(MATCH, known);
        new Walk(directive.run()).block(directive.children(), location);
        if (!repeated) {
            directive.scope().add(HttpDirectives.LOCATIONS, location);
        }
    }

    private static Optional<Match> match(Directive directive) {
        Fragment last = directive.argument(directive.count() - 1);
        if (directive.count() == 1) {
            String text = last.text();
            for (String modifier : new String[] {"=", "^~", "~*", "~"}) {
                if (text.startsWith(modifier)) {
                    return match(directive, modifier, last.from(modifier.length()));
                }
            }
            return Optional.of(text.startsWith("@")
                    ? new Match.Named(text.substring(1))
                    : new Match.Prefix(text, false));
        }
        return match(directive, directive.text(0), last);
    }

    private static Optional<Match> match(Directive directive, String modifier, Fragment uri) {
        return switch (modifier) {
            case "=" -> Optional.of(new Match.Exact(uri.text()));
            case "^~" -> Optional.of(new Match.Prefix(uri.text(), true));
            case "~" -> PatternText.read(directive, uri, false).map(p -> new Match.Regex(p, false));
            case "~*" -> PatternText.read(directive, uri, true).map(p -> new Match.Regex(p, true));
            default -> {
                directive.error("invalid-location", directive.argument(0),
                        "invalid location modifier \"" + modifier + "\"");
                yield Optional.empty();
            }
        };
    }

    private static boolean fitsInside(Directive directive, Match match) {
        Optional<Match> outer = directive.scope().own(MATCH);
        if (outer.isEmpty()) {
            return true;
        }
        String own = "location \"" + name(match) + "\"";
        String complaint = switch (outer.get()) {
            case Match.Exact exact -> own + " cannot be inside the exact location \"" + exact.uri() + "\"";
            case Match.Named _ -> own + " cannot be inside the named location \"" + name(outer.get()) + "\"";
            case Match around when match instanceof Match.Named ->
                "named " + own + " can be on the server level only";
            case Match around -> match instanceof Match.Regex || around instanceof Match.Conditional
                            || name(match).startsWith(name(around))
                    ? ""
                    : own + " is outside location \"" + name(around) + "\"";
        };
        if (!complaint.isEmpty()) {
            directive.error("invalid-location", directive.argument(directive.count() - 1), complaint);
        }
        return complaint.isEmpty();
    }

    private static boolean repeated(Scope around, Match match) {
        return !(match instanceof Match.Regex)
                && around.own(HttpDirectives.LOCATIONS).stream()
                        .flatMap(location -> location.own(MATCH).stream())
                        .anyMatch(other -> other.getClass() == match.getClass() && name(other).equals(name(match)));
    }

    /// The location as messages call it.
    static String name(Match match) {
        return switch (match) {
            case Match.Exact(String uri) -> uri;
            case Match.Prefix(String uri, _) -> uri;
            case Match.Regex(String pattern, _) -> pattern;
            case Match.Named(String name) -> "@" + name;
            case Match.Server _, Match.Conditional _ -> "";
        };
    }
}

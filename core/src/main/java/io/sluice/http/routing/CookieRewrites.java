package io.sluice.http.routing;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import io.sluice.http.routing.CookieFlagsRule.Flag;
import io.sluice.variable.VariableSource;

/// What a location changes in a peer's `Set-Cookie`. Immutable.
record CookieRewrites(List<ValueRewrite> domains, List<ValueRewrite> paths, List<CookieFlagsRule> flags) {

    /// One part of the field between semicolons.
    ///
    /// @param value null without an equals sign
    private record Part(String key, @Nullable String value) {

        boolean is(String name) {
            return key.equalsIgnoreCase(name);
        }
    }

    /// What becomes of the field; null when it stays.
    @Nullable String apply(String field, VariableSource source) {
        if (domains.isEmpty() && paths.isEmpty() && flags.isEmpty()) {
            return null;
        }
        List<Part> parts = parse(field);
        if (parts.getFirst().value == null) {
            return null;
        }
        boolean changed = rewriteValues(parts, "domain", domains, source);
        changed |= rewriteValues(parts, "path", paths, source);
        changed |= rewriteFlags(parts, source);
        return changed ? write(parts) : null;
    }

    private static boolean rewriteValues(List<Part> parts, String key, List<ValueRewrite> rules, VariableSource source) {
        boolean changed = false;
        for (int i = 1; i < parts.size() && !rules.isEmpty(); i++) {
            Part part = parts.get(i);
            if (part.value != null && part.is(key)) {
                String rewritten = ValueRewrite.first(rules, part.value, source);
                if (rewritten != null) {
                    parts.set(i, new Part(part.key, rewritten));
                    changed = true;
                }
            }
        }
        return changed;
    }

    private boolean rewriteFlags(List<Part> parts, VariableSource source) {
        String cookie = parts.getFirst().key;
        for (CookieFlagsRule rule : flags) {
            if (rule.fits(cookie, source)) {
                Set<Flag> wanted = rule.wanted(source);
                boolean changes = !wanted.isEmpty();
                edit(parts, wanted);
                return changes;
            }
        }
        return false;
    }

    /// As in nginx an attribute that is there uses up the flag it is given, and what is left is appended.
    private static void edit(List<Part> parts, Set<Flag> wanted) {
        for (int i = 1; i < parts.size(); i++) {
            Flag flag = first(wanted, parts.get(i));
            if (flag != null && flag.removes()) {
                parts.remove(i--);
            } else if (flag != null) {
                wanted.remove(flag);
                if (flag.value() != null && !flag.value().equalsIgnoreCase(parts.get(i).value)) {
                    parts.set(i, new Part(flag.attribute(), flag.value()));
                }
            }
        }
        String added = "";
        for (Flag flag : wanted) {
            if (!flag.removes() && !flag.attribute().equals(added)) {
                added = flag.attribute();
                parts.add(new Part(added, flag.value()));
            }
        }
    }

    private static @Nullable Flag first(Set<Flag> wanted, Part part) {
        for (Flag flag : wanted) {
            if (part.is(flag.attribute())) {
                return flag;
            }
        }
        return null;
    }

    private static List<Part> parse(String field) {
        List<Part> parts = new ArrayList<>();
        int start = 0;
        while (true) {
            int semicolon = field.indexOf(';', start);
            int end = semicolon < 0 ? field.length() : semicolon;
            int equals = field.indexOf('=', start);
            parts.add(equals < 0 || equals >= end
                    ? new Part(trimmed(field, start, end), null)
                    : new Part(trimmed(field, start, equals), trimmed(field, equals + 1, end)));
            if (semicolon < 0) {
                return parts;
            }
            start = semicolon + 1;
        }
    }

    /// Without spaces around it; other white space stays.
    private static String trimmed(String text, int from, int to) {
        int start = from;
        int end = to;
        while (start < end && text.charAt(start) == ' ') {
            start++;
        }
        while (end > start && text.charAt(end - 1) == ' ') {
            end--;
        }
        return text.substring(start, end);
    }

    private static String write(List<Part> parts) {
        StringBuilder out = new StringBuilder();
        for (Part part : parts) {
            if (!out.isEmpty()) {
                out.append("; ");
            }
            out.append(part.key);
            if (part.value != null) {
                out.append('=').append(part.value);
            }
        }
        return out.toString();
    }
}

package io.sluice.config.syntax;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// A path pattern as glob(3) reads it: `*`, `?`, `[a-z]`, `[!a-z]`, `[[:digit:]]`, a backslash for a literal. Immutable.
///
/// Wildcards match neither `/` nor a leading dot. Matches come sorted by their bytes, as in the C locale that nginx runs in;
/// directories that cannot be read are passed over, as there.
final class Glob {

    private final String pattern;

    Glob(String pattern) {
        this.pattern = pattern;
    }

    /// Whether nginx takes a name for a pattern.
    static boolean isPattern(String name) {
        return name.indexOf('*') >= 0 || name.indexOf('?') >= 0 || name.indexOf('[') >= 0;
    }

    /// A pattern that matches just this name.
    static String quote(String name) {
        return name.replaceAll("[*?\\[\\\\]", "\\\\$0");
    }

    /// The existing paths that match.
    List<String> expand() {
        List<String> paths = List.of("");
        boolean first = true;
        for (String component : pattern.split("/", -1)) {
            List<String> longer = new ArrayList<>();
            for (String path : paths) {
                String directory = first ? "" : path + "/";
                for (String name : names(directory, component)) {
                    longer.add(directory + name);
                }
            }
            paths = longer;
            first = false;
        }
        return paths.stream().filter(Glob::exists).sorted(Glob::compareBytes).toList();
    }

    private static List<String> names(String directory, String component) {
        if (!isPattern(component)) {
            return List.of(unquote(component));
        }
        List<String> names = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(Path.of(directory))) {
            for (Path entry : entries) {
                String name = String.valueOf(entry.getFileName());
                if (matches(component, name)) {
                    names.add(name);
                }
            }
        } catch (IOException | DirectoryIteratorException | InvalidPathException _) {
            return List.of();
        }
        return names;
    }

    private static boolean exists(String path) {
        try {
            return Files.exists(Path.of(path), LinkOption.NOFOLLOW_LINKS);
        } catch (InvalidPathException _) {
            return false;
        }
    }

    private static int compareBytes(String a, String b) {
        return Arrays.compareUnsigned(a.getBytes(StandardCharsets.UTF_8), b.getBytes(StandardCharsets.UTF_8));
    }

    private static String unquote(String component) {
        return component.replaceAll("\\\\(.)", "$1");
    }

    /// Whether a file name matches one component of a pattern. Linear in the product of the lengths: on a mismatch only the
    /// last `*` takes one character more.
    static boolean matches(String component, String name) {
        if (name.startsWith(".") && !component.startsWith(".") && !component.startsWith("\\.")) {
            return false;
        }
        int p = 0;
        int n = 0;
        int star = -1;
        int starName = 0;
        while (n < name.length()) {
            int next = p < component.length() ? matchOne(component, p, name.charAt(n)) : -1;
            if (p < component.length() && component.charAt(p) == '*') {
                star = p++;
                starName = n;
            } else if (next > 0) {
                p = next;
                n++;
            } else if (star >= 0) {
                p = star + 1;
                n = ++starName;
            } else {
                return false;
            }
        }
        while (p < component.length() && component.charAt(p) == '*') {
            p++;
        }
        return p == component.length();
    }

    /// Where the pattern goes on if the element at `p` matches the character, else -1.
    private static int matchOne(String component, int p, char c) {
        char element = component.charAt(p);
        if (element == '?') {
            return p + 1;
        }
        if (element == '[') {
            int end = bracketEnd(component, p);
            if (end > 0) {
                return matchesBracket(component.substring(p + 1, end), c) ? end + 1 : -1;
            }
        }
        if (element == '\\' && p + 1 < component.length()) {
            return component.charAt(p + 1) == c ? p + 2 : -1;
        }
        return element == c ? p + 1 : -1;
    }

    /// Where the `]` of a bracket stands, or -1 for a `[` that is just a character.
    private static int bracketEnd(String component, int open) {
        int i = open + 1;
        if (i < component.length() && (component.charAt(i) == '!' || component.charAt(i) == '^')) {
            i++;
        }
        for (int first = i; i < component.length(); i++) {
            if (component.charAt(i) == ']' && i > first) {
                return i;
            }
            if (component.startsWith("[:", i) && component.indexOf(":]", i + 2) > 0) {
                i = component.indexOf(":]", i + 2) + 1;
            }
        }
        return -1;
    }

    private static boolean matchesBracket(String bracket, char c) {
        boolean negated = bracket.startsWith("!") || bracket.startsWith("^");
        boolean found = false;
        for (int i = negated ? 1 : 0; i < bracket.length(); i++) {
            int classEnd = bracket.startsWith("[:", i) ? bracket.indexOf(":]", i + 2) : -1;
            if (classEnd > 0) {
                found |= matchesClass(bracket.substring(i + 2, classEnd), c);
                i = classEnd + 1;
            } else if (i + 2 < bracket.length() && bracket.charAt(i + 1) == '-') {
                found |= bracket.charAt(i) <= c && c <= bracket.charAt(i + 2);
                i += 2;
            } else {
                found |= bracket.charAt(i) == c;
            }
        }
        return found != negated;
    }

    private static boolean matchesClass(String name, char c) {
        boolean digit = c >= '0' && c <= '9';
        boolean upper = c >= 'A' && c <= 'Z';
        boolean lower = c >= 'a' && c <= 'z';
        return switch (name) {
            case "digit" -> digit;
            case "upper" -> upper;
            case "lower" -> lower;
            case "alpha" -> upper || lower;
            case "alnum" -> upper || lower || digit;
            case "xdigit" -> digit || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
            case "space" -> c == ' ' || (c >= '\t' && c <= '\r');
            case "punct" -> c > ' ' && c < 0x7F && !upper && !lower && !digit;
            default -> false;
        };
    }
}

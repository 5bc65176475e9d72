package io.sluice.config.syntax;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import io.sluice.config.model.Position;

/// Reads a configuration with everything it includes. Used during start-up only.
///
/// A file is read and parsed once; included again, its directives are used again, so its errors are reported once.
public final class ConfigParser {

    /// nginx recurses until it is out of descriptors.
    private static final int MAX_INCLUDE_DEPTH = 32;

    private final Path configPrefix;

    private final FileAccess files;

    private final Diagnostics diagnostics;

    private final ParseBudget budget = new ParseBudget();

    private final List<SourceText> sources = new ArrayList<>();

    private final Map<String, Included> parsed = new HashMap<>();

    private final Deque<String> reading = new ArrayDeque<>();

    private boolean wellFormed = true;

    /// What a file came to, and how many words that is with its own includes.
    private record Included(List<DirectiveNode> directives, int words) {}

    private ConfigParser(Path configPrefix, FileAccess files, Diagnostics diagnostics) {
        this.configPrefix = configPrefix;
        this.files = files;
        this.diagnostics = diagnostics;
    }

    /// Reads a configuration file.
    ///
    /// @param configPrefix the directory that relative includes start from: the configuration file's own, as in nginx
    /// @param globalDirectives the text of `-g`, which comes before the file
    public static ParsedConfig parse(
            Path mainFile,
            Path configPrefix,
            Optional<String> globalDirectives,
            FileAccess files,
            Diagnostics diagnostics) {
        ConfigParser parser = new ConfigParser(configPrefix, files, diagnostics);
        List<DirectiveNode> directives = parser.globalDirectives(globalDirectives);
        String name = mainFile.toString();
        parser.read(name, Optional.empty()).ifPresent(main -> directives.addAll(parser.parseFile(main).directives()));
        return parser.result(directives);
    }

    /// Reads an embedded configuration, of which only what it includes is a file.
    public static ParsedConfig parse(
            SourceText main,
            Path configPrefix,
            Optional<String> globalDirectives,
            FileAccess files,
            Diagnostics diagnostics) {
        ConfigParser parser = new ConfigParser(configPrefix, files, diagnostics);
        List<DirectiveNode> directives = parser.globalDirectives(globalDirectives);
        directives.addAll(parser.parseFile(main).directives());
        return parser.result(directives);
    }

    /// Reads a configuration that includes nothing.
    public static ParsedConfig parse(SourceText main, Diagnostics diagnostics) {
        return parse(main, Path.of(""), Optional.empty(), FileAccess.none(), diagnostics);
    }

    private List<DirectiveNode> globalDirectives(Optional<String> text) {
        List<DirectiveNode> directives = new ArrayList<>();
        text.map(t -> SourceText.of(SourceText.COMMAND_LINE, t))
                .ifPresent(source -> directives.addAll(parseSource(source).directives()));
        return directives;
    }

    private ParsedConfig result(List<DirectiveNode> directives) {
        return new ParsedConfig(directives, sources, wellFormed);
    }

    private Included parseFile(SourceText source) {
        reading.addLast(source.name());
        Included included = parseSource(source);
        reading.removeLast();
        parsed.put(source.name(), included);
        return included;
    }

    private Included parseSource(SourceText source) {
        sources.add(source);
        if (source.isUtf16()) {
            diagnostics.add(new Diagnostic(
                    Severity.ERROR,
                    "not-utf8",
                    "the file is UTF-16",
                    new Position(source.name(), 1, 1),
                    1,
                    Optional.of("save it as UTF-8")));
            return new Included(List.of(), 0);
        }
        int wordsBefore = budget.wordsLeft();
        SyntaxErrors errors = new SyntaxErrors(diagnostics);
        List<DirectiveNode> directives = new SourceParser(source, errors, budget, this::include).parse();
        wellFormed &= !errors.shapeInDoubt();
        return new Included(directives, wordsBefore - budget.wordsLeft());
    }

    /// The directives that stand for an `include`.
    private List<DirectiveNode> include(Token argument) {
        if (!Glob.isPattern(argument.text())) {
            return includeFile(fullName(argument.text()), argument);
        }
        String pattern = argument.text().startsWith("/")
                ? argument.text()
                : Glob.quote(fullName("")) + argument.text();
        List<DirectiveNode> directives = new ArrayList<>();
        for (String match : files.glob(pattern)) {
            directives.addAll(includeFile(match, argument));
        }
        return directives;
    }

    private List<DirectiveNode> includeFile(String name, Token argument) {
        Included known = parsed.get(name);
        if (known != null) {
            if (!budget.takeWords(known.words())) {
                tooLarge(Optional.of(argument), ParseBudget.MAX_WORDS + " words");
                return List.of();
            }
            return known.directives();
        }
        if (reading.contains(name)) {
            diagnostics.error(
                    "include-cycle",
                    argument,
                    "include cycle: \"" + name + "\" includes itself",
                    Optional.of(String.join(" -> ", reading) + " -> " + name));
            return List.of();
        }
        if (reading.size() >= MAX_INCLUDE_DEPTH) {
            diagnostics.error(
                    "included-too-deeply", argument, "files are included more than " + MAX_INCLUDE_DEPTH + " deep");
            return List.of();
        }
        return read(name, Optional.of(argument))
                .map(source -> parseFile(source).directives())
                .orElse(List.of());
    }

    /// Reads a file, or reports why not, at the `include` that asks for it if there is one.
    private Optional<SourceText> read(String name, Optional<Token> includedBy) {
        try {
            byte[] bytes = files.read(name, budget.bytesLeft() + 1);
            if (bytes.length > budget.bytesLeft()) {
                tooLarge(includedBy, ParseBudget.MAX_BYTES / (1024 * 1024) + " MiB");
                return Optional.empty();
            }
            budget.takeBytes(bytes.length);
            return Optional.of(SourceText.of(name, bytes));
        } catch (IOException e) {
            report("unreadable-file", includedBy, FileFailure.message(name, e));
            return Optional.empty();
        }
    }

    private void tooLarge(Optional<Token> at, String limit) {
        report("configuration-too-large", at, "configuration of more than " + limit);
    }

    private void report(String code, Optional<Token> at, String message) {
        at.ifPresentOrElse(
                token -> diagnostics.error(code, token, message),
                () -> diagnostics.error(code, Position.NONE, message));
    }

    /// nginx puts prefix and name together as text, without simplifying; so messages show what was written.
    private String fullName(String name) {
        String prefix = configPrefix.toString();
        return name.startsWith("/") || prefix.isEmpty()
                ? name
                : prefix.endsWith("/") ? prefix + name : prefix + "/" + name;
    }
}

package io.sluice.config.syntax;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

import io.sluice.config.model.Position;
import io.sluice.config.syntax.Tokenizer.Kind;
import io.sluice.config.syntax.Tokenizer.Lexeme;

/// Parses one source into directives; blocks begin and end within it. Used during start-up only.
///
///     directive = word { word } ( ";" | "{" { directive } "}" )
///
/// After an error it goes on as the writer most likely meant it: a directive without `;` before `}` ends there, a stray `;` or
/// `}` is passed over, and a block that no directive opens is read and dropped.
final class SourceParser {

    /// More than any configuration needs, and few enough for every walk over the tree to be recursive.
    static final int MAX_DEPTH = 64;

    private final SourceText source;

    private final SyntaxErrors errors;

    private final Tokenizer tokenizer;

    private final ParseBudget budget;

    /// Gives the directives that replace an `include`.
    private final Function<Token, List<DirectiveNode>> include;

    private Lexeme current;

    private int depth;

    /// The first `}` whose indentation is not that of the block it closes: there the counting of braces went wrong, if it did.
    private @Nullable DirectiveNode suspect;

    SourceParser(
            SourceText source,
            SyntaxErrors errors,
            ParseBudget budget,
            Function<Token, List<DirectiveNode>> include) {
        this.source = source;
        this.errors = errors;
        this.tokenizer = new Tokenizer(source, errors);
        this.budget = budget;
        this.include = include;
        this.current = tokenizer.next();
    }

    /// Everything in the source.
    List<DirectiveNode> parse() {
        List<DirectiveNode> nodes = new ArrayList<>();
        directives(nodes);
        while (current.kind() == Kind.CLOSE) {
            errors.report("unexpected-close-brace", current.token(), "unexpected \"}\"", hintAtSurplusBrace());
            errors.doubtShape();
            advance();
            directives(nodes);
        }
        return nodes;
    }

    /// Reads directives up to a `}` or the end, which stays current.
    private void directives(List<DirectiveNode> into) {
        while (true) {
            switch (current.kind()) {
                case WORD -> directive(into);
                case SEMICOLON -> {
                    errors.report(
                            "unexpected-semicolon",
                            current.token(),
                            "unexpected \";\"",
                            Optional.of("a \";\" ends a directive; there is none here, and none is needed after \"}\""));
                    advance();
                }
                case OPEN -> {
                    errors.report(
                            "unexpected-open-brace",
                            current.token(),
                            "unexpected \"{\"",
                            Optional.of("no directive stands before it"));
                    errors.doubtShape();
                    block(current.token());
                }
                case CLOSE, END -> {
                    return;
                }
            }
        }
    }

    private void directive(List<DirectiveNode> into) {
        Token name = current.token();
        List<Token> arguments = new ArrayList<>();
        for (Lexeme word = advance(); word.kind() == Kind.WORD; word = advance()) {
            arguments.add(word.token());
        }
        if (!budget.takeWords(1 + arguments.size())) {
            errors.report("configuration-too-large", name, "configuration of more than " + ParseBudget.MAX_WORDS + " words");
            errors.stop();
            advance();
            return;
        }
        Optional<DirectiveNode.Block> block = ending(name, arguments);
        if (name.text().equals("include")) {
            into.addAll(included(name, arguments, block));
            return;
        }
        DirectiveNode node = new DirectiveNode(name, arguments, block);
        block.ifPresent(b -> suspectIndentation(node, b));
        into.add(node);
    }

    /// Reads what ends a directive: `;`, a block, or something wrong that has to do as a `;`.
    private Optional<DirectiveNode.Block> ending(Token name, List<Token> arguments) {
        Token at = current.token();
        switch (current.kind()) {
            case SEMICOLON -> advance();
            case OPEN -> {
                if (source.isCommandLine()) {
                    errors.report("block-in-command-line", at, "block directives are not supported in -g option");
                    errors.stop();
                    advance();
                    return Optional.empty();
                }
                return Optional.of(block(name));
            }
            case CLOSE -> {
                errors.report(
                        "unexpected-close-brace", at, "unexpected \"}\"", Optional.of(hintAtSemicolon(name, arguments)));
                if (depth == 0) {
                    errors.doubtShape();
                    advance();
                }
            }
            case END, WORD -> reportUnterminated(at, name, arguments);
        }
        return Optional.empty();
    }

    /// Reads a block; `{` is current.
    private DirectiveNode.Block block(Token opener) {
        Position open = current.token().position();
        List<DirectiveNode> children = new ArrayList<>();
        advance();
        if (depth == MAX_DEPTH) {
            errors.report("nested-too-deeply", opener, "blocks are nested more than " + MAX_DEPTH + " deep");
            skipBlock();
        } else {
            depth++;
            directives(children);
            depth--;
        }
        Token close = current.token();
        if (current.kind() == Kind.END) {
            errors.report(
                    "unclosed-block",
                    close,
                    "unexpected end of file, expecting \"}\"",
                    Optional.of(hintAtMissingBrace(opener)));
            errors.stop();
        } else {
            advance();
        }
        return new DirectiveNode.Block(open, children, close.position());
    }

    /// Passes over the inside of a block, without recursion.
    private void skipBlock() {
        int nested = 0;
        while (current.kind() != Kind.END && (current.kind() != Kind.CLOSE || nested > 0)) {
            nested += current.kind() == Kind.OPEN ? 1 : current.kind() == Kind.CLOSE ? -1 : 0;
            advance();
        }
    }

    private List<DirectiveNode> included(Token name, List<Token> arguments, Optional<DirectiveNode.Block> block) {
        if (errors.stopped()) {
            return List.of();
        }
        if (block.isPresent()) {
            Token brace = new Token("{", block.get().open(), 1, false);
            errors.report("unexpected-block", brace, "directive \"include\" is not terminated by \";\"");
            return List.of();
        }
        if (arguments.size() != 1) {
            errors.report("wrong-number-of-arguments", name, "invalid number of arguments in \"include\" directive");
            return List.of();
        }
        return include.apply(arguments.getFirst());
    }

    private void reportUnterminated(Token end, Token name, List<Token> arguments) {
        errors.report(
                "unterminated-directive",
                end,
                source.isCommandLine()
                        ? "unexpected end of parameter, expecting \";\""
                        : "unexpected end of file, expecting \";\" or \"}\"",
                Optional.of(hintAtSemicolon(name, arguments)));
        if (depth > 0) {
            errors.stop(); // that the block is not closed either goes without saying
        }
    }

    private static String hintAtSemicolon(Token name, List<Token> arguments) {
        Token last = arguments.isEmpty() ? name : arguments.getLast();
        return "a \";\" is missing after \"" + last.text() + "\" at line " + last.position().line();
    }

    private String hintAtMissingBrace(Token opener) {
        if (suspect != null) {
            return "the \"}\" at line " + closeOf(suspect).line() + " closes \"" + suspect.name().text()
                    + "\" of line " + suspect.position().line() + ", by the indentation it is meant for another block";
        }
        return "the block \"" + opener.text() + "\" of line " + opener.position().line() + " is not closed";
    }

    private Optional<String> hintAtSurplusBrace() {
        return suspect == null
                ? Optional.empty()
                : Optional.of("the \"}\" at line " + closeOf(suspect).line() + " has already closed \""
                        + suspect.name().text() + "\" of line " + suspect.position().line());
    }

    private void suspectIndentation(DirectiveNode node, DirectiveNode.Block block) {
        Position close = block.close();
        boolean apart = close.line() != node.position().line();
        boolean firstOnLine = source.line(close.line()).stripLeading().startsWith("}");
        if (suspect == null && apart && firstOnLine && close.column() != node.position().column()) {
            suspect = node;
        }
    }

    private static Position closeOf(DirectiveNode node) {
        return node.block().map(DirectiveNode.Block::close).orElse(Position.NONE);
    }

    private Lexeme advance() {
        current = tokenizer.next();
        return current;
    }
}

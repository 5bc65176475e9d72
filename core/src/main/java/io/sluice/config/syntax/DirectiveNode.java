package io.sluice.config.syntax;

import java.util.List;
import java.util.Optional;

import io.sluice.config.model.Position;

/// A directive as written: its name, its arguments and, for a block, what stands inside. Immutable.
///
/// `include` has been replaced by the included nodes. Lines of free-form blocks (`map`, `types`) are nodes too.
public record DirectiveNode(Token name, List<Token> arguments, Optional<Block> block) {

    public DirectiveNode {
        arguments = List.copyOf(arguments);
    }

    /// The part between the braces.
    ///
    /// @param open where `{` stands
    /// @param close where `}` stands
    public record Block(Position open, List<DirectiveNode> children, Position close) {

        public Block {
            children = List.copyOf(children);
        }
    }

    /// Where the directive begins.
    public Position position() {
        return name.position();
    }
}

package io.sluice.config.syntax;

import java.util.Optional;

import io.sluice.config.model.Position;

/// The errors of one source, and the judgement when to stop looking for more. Used during start-up only.
///
/// One mistake must not be reported as ten. After an error that leaves it unclear where strings end, [#stop] ends the
/// reading of the source and swallows what would still be reported; after [#shapeInDoubt] the reading goes on, but the
/// tree is marked as one whose nesting may not be the writer's.
final class SyntaxErrors {

    /// So many errors in one source mean that it is not a configuration at all.
    private static final int MAX_PER_SOURCE = 50;

    private final Diagnostics diagnostics;

    private int count;

    private boolean stopped;

    private boolean shapeInDoubt;

    SyntaxErrors(Diagnostics diagnostics) {
        this.diagnostics = diagnostics;
    }

    void report(String code, Token at, String message) {
        report(code, at, message, Optional.empty());
    }

    void report(String code, Token at, String message, Optional<String> hint) {
        if (stopped) {
            return;
        }
        diagnostics.error(code, at, message, hint);
        if (++count == MAX_PER_SOURCE) {
            Position position = at.position();
            diagnostics.error("too-many-errors", position, "too many errors, the rest of the file is not checked");
            stop();
        }
    }

    /// Ends the reading of this source: what follows could only be misread.
    void stop() {
        stopped = true;
        shapeInDoubt = true;
    }

    boolean stopped() {
        return stopped;
    }

    /// Remembers that blocks may not be where the writer meant them.
    void doubtShape() {
        shapeInDoubt = true;
    }

    boolean shapeInDoubt() {
        return shapeInDoubt;
    }
}

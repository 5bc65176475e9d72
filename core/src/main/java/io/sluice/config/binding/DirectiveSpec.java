package io.sluice.config.binding;

import java.util.EnumSet;
import java.util.Set;

/// One directive in one kind of block: a row of a table. Immutable.
///
/// Rows are written as one sentence each:
///
///     row("proxy_timeout").in(STREAM, STREAM_SERVER).since("1.9.0").value(IDLE_TIMEOUT)
///             .means("Time between two successive reads or writes on either side, after which the session ends.")
///
/// @param contexts where it may stand
/// @param syntax its arguments, for the documentation
/// @param defaultText what holds when it is not written; empty: nothing
/// @param since the nginx version that introduced it in these contexts; empty: older than anyone remembers
/// @param repeatable whether it may occur more than once in a block
/// @param meaning one sentence
/// @param reason why it has no effect, if it has none
/// @param setter takes the value
record DirectiveSpec(
        String name,
        Set<Context> contexts,
        Arity arity,
        String syntax,
        String defaultText,
        String since,
        boolean repeatable,
        Support support,
        String meaning,
        String reason,
        Setter setter) {

    DirectiveSpec {
        contexts = Set.copyOf(contexts);
    }

    /// Begins a row.
    static Row row(String name) {
        return new Row(name);
    }

    /// A row being written; [#means] and its like end it. Confined to the initialization of a table.
    static final class Row {

        private final String name;

        private final EnumSet<Context> contexts = EnumSet.noneOf(Context.class);

        private Arity arity = Arity.ONE;

        private String syntax = "";

        private String defaultText = "";

        private String since = "";

        private boolean repeatable;

        private Setter setter = Setter.NONE;

        private boolean plainValue;

        private Row(String name) {
            this.name = name;
        }

        Row in(Context first, Context... more) {
            contexts.addAll(EnumSet.of(first, more));
            return this;
        }

        Row takes(Arity arguments, String written) {
            arity = arguments;
            syntax = written;
            return this;
        }

        Row defaultsTo(String text) {
            defaultText = text;
            return this;
        }

        Row since(String version) {
            since = version;
            return this;
        }

        Row repeatable() {
            repeatable = true;
            return this;
        }

        /// Takes one value of the setting's type and puts it there; the same setting twice in a block is a duplicate.
        <T> Row value(Setting<T> setting) {
            arity = Arity.ONE;
            syntax = setting.type().syntax();
            defaultText = setting.defaultText();
            setter = directive -> directive.put(setting);
            plainValue = true;
            // The setting knows whether it was set, also under another name.
            repeatable = true;
            return this;
        }

        /// Reads its arguments by code of its own.
        Row by(Setter own) {
            setter = own;
            return this;
        }

        DirectiveSpec means(String sentence) {
            return build(Support.SUPPORTED, sentence, "");
        }

        DirectiveSpec inert(String sentence, String why) {
            return build(Support.ACCEPTED_INERT, sentence, why);
        }

        /// What is not built may still have code: to define the names that others refer to.
        DirectiveSpec notYet(String sentence) {
            setter = plainValue ? Setter.NONE : setter;
            return build(Support.NOT_YET, sentence, "");
        }

        DirectiveSpec plus(String sentence) {
            return build(Support.PLUS, sentence, "");
        }

        DirectiveSpec skipped(String sentence) {
            return build(Support.SKIPPED_BLOCK, sentence, "");
        }

        private DirectiveSpec build(Support support, String sentence, String why) {
            return new DirectiveSpec(
                    name, contexts, arity, syntax, defaultText, since, repeatable, support, sentence, why, setter);
        }
    }
}

package io.sluice.config.binding;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import io.sluice.config.model.Position;
import io.sluice.config.model.TemplateConfig;
import io.sluice.config.syntax.DirectiveNode;
import io.sluice.config.syntax.Token;

/// A directive whose row was found: what a [Setter] works with. Used during start-up only.
///
/// @param scope of the block it stands in
record Directive(BindingRun run, DirectiveNode node, DirectiveSpec spec, Scope scope) {

    String name() {
        return node.name().text();
    }

    Position position() {
        return node.position();
    }

    /// The directive's own name, to point at.
    Fragment nameFragment() {
        return Fragment.of(node.name());
    }

    /// The number of arguments.
    int count() {
        return node.arguments().size();
    }

    /// An argument's text.
    String text(int index) {
        return node.arguments().get(index).text();
    }

    /// An argument.
    Fragment argument(int index) {
        return Fragment.of(node.arguments().get(index));
    }

    /// The arguments from an index on.
    List<Fragment> argumentsFrom(int index) {
        List<Token> arguments = node.arguments();
        return arguments.subList(Math.min(index, arguments.size()), arguments.size()).stream()
                .map(Fragment::of)
                .toList();
    }

    void error(String code, Fragment at, String message) {
        run.error(code, at, message);
    }

    void error(String code, Fragment at, String message, Optional<String> hint) {
        run.error(code, at, message, hint);
    }

    void warning(String code, Fragment at, String message) {
        run.warning(code, at, message);
    }

    /// nginx's complaint about a word it does not know here.
    void invalidParameter(Fragment at) {
        error("invalid-parameter", at, "invalid parameter \"" + at.text() + "\"");
    }

    /// Complains that the directive occurs for the second time.
    void duplicate() {
        error("duplicate-directive", nameFragment(), "\"" + name() + "\" directive is duplicate");
    }

    /// Reads the first argument into a setting.
    <T> void put(Setting<T> setting) {
        if (scope.own(setting).isPresent()) {
            duplicate();
            return;
        }
        setting.type().read(this, argument(0)).ifPresent(value -> scope.put(setting, value));
    }

    /// An argument as text with variables; absent, and reported, when it is malformed.
    Optional<TemplateConfig> template(Fragment fragment) {
        return TemplateParser.VALUE.parse(this, List.of(fragment));
    }

    /// A file's path, below the prefix unless it is absolute; absent, and reported, when no file can be called so.
    Optional<Path> path(Fragment fragment) {
        Optional<Path> path = run.environment().underPrefix(fragment.text());
        if (path.isEmpty()) {
            error("invalid-path", fragment, "invalid file name \"" + fragment.text() + "\"");
        }
        return path;
    }

    /// As [#path(Fragment)], below the directory of the configuration file.
    Optional<Path> configPath(Fragment fragment) {
        Optional<Path> path = run.environment().underConfigPrefix(fragment.text());
        if (path.isEmpty()) {
            error("invalid-path", fragment, "invalid file name \"" + fragment.text() + "\"");
        }
        return path;
    }

    /// A file's path that may contain variables; a relative one begins at the prefix.
    Optional<TemplateConfig> pathTemplate(Fragment fragment) {
        return template(fragment).flatMap(template -> underPrefix(fragment, template));
    }

    private Optional<TemplateConfig> underPrefix(Fragment fragment, TemplateConfig template) {
        if (template.isLiteral()) {
            return path(fragment).map(p -> TemplateConfig.literal(fragment.position(), p.toString()));
        }
        if (fragment.text().startsWith("/")) {
            return Optional.of(template);
        }
        List<TemplateConfig.Part> parts = new ArrayList<>();
        parts.add(new TemplateConfig.Literal(run.environment().prefix().toAbsolutePath() + "/"));
        parts.addAll(template.parts());
        return Optional.of(new TemplateConfig(template.position(), parts));
    }

    /// Opens the scope of the directive's block and walks through it.
    Scope open(Context context) {
        Scope inner = scope.inner(context, node);
        new Walk(run).block(children(), inner);
        return inner;
    }

    /// As [#open], with names of the block's own.
    ModuleBlock openModule(Context context, BuiltInVariables builtIn) {
        BindingRun module = run.module(builtIn);
        Scope inner = scope.inner(context, node);
        if (builtIn == BuiltInVariables.HTTP) {
            module.logFormats().predefine(LogFormatText.COMBINED);
        }
        new Walk(module).block(children(), inner);
        return new ModuleBlock(module, inner);
    }

    /// What stands in the directive's block.
    List<DirectiveNode> children() {
        return node.block().map(DirectiveNode.Block::children).orElse(List.of());
    }
}

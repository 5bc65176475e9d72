package io.sluice.http.files;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

import io.sluice.config.model.LocationConfig.Match;
import io.sluice.config.model.LocationOptions.FileOptions;
import io.sluice.config.model.TemplateConfig;
import io.sluice.variable.ByteText;
import io.sluice.variable.Template;
import io.sluice.variable.VariableSource;

/// Where the files of a location are: `root` or `alias`. Immutable.
///
/// With `root` the URI is appended to it. With `alias` only what stands behind the location's prefix is, byte for byte: an
/// alias without a slash at its end and a prefix with one lead to `/pathfile`, as in nginx. In a location with an expression an
/// alias is the whole path.
public final class FilePaths {

    private final Template root;

    private final String base;

    // How much of the URI the alias replaces; 0 with `root`.
    private final int replaced;

    // `alias` in a location with an expression.
    private final boolean wholePath;

    private final boolean alias;

    private final String locationName;

    private FilePaths(Template root, boolean alias, Match declaredIn, String base) {
        this.root = root;
        this.base = base;
        this.alias = alias;
        this.locationName = name(declaredIn);
        this.wholePath = alias && declaredIn instanceof Match.Regex;
        this.replaced = alias && !wholePath ? locationName.length() : 0;
    }

    /// @param declaredIn where `root` or `alias` is written ([FileOptions#declaredIn])
    /// @param compiler of the generation's variables
    /// @param base where relative paths begin, with a slash at its end
    public static FilePaths of(
            FileOptions options, Match declaredIn, Function<TemplateConfig, Template> compiler, String base) {
        TemplateConfig path = options.alias() ? options.path() : withoutLastSlash(options.path());
        return new FilePaths(compiler.apply(path), options.alias(), declaredIn, base);
    }

    /// `$document_root`: the value of `root` or `alias`.
    public String documentRoot(VariableSource source) {
        String path = root.evaluate(source);
        // `root /` is the empty text: every URI begins with the slash.
        return path.startsWith("/") || (path.isEmpty() && root.isLiteral()) ? path : base + path;
    }

    /// `$realpath_root`: the same without symbolic links; null when it leads nowhere.
    public @Nullable String realRoot(VariableSource source, FileAccess files) {
        String path = documentRoot(source);
        return files.realPath(path.isEmpty() ? "/" : path);
    }

    /// `$request_filename`: the file that the URI means. Only where [#admits].
    public String file(FileRequest request, VariableSource source) {
        String path = documentRoot(source);
        if (wholePath) {
            return request.appended() ? path + request.uri() : path;
        }
        return path + request.uri().substring(replaced);
    }

    /// Whether the URI still is the one that the location was found by, as an alias needs.
    public boolean admits(FileRequest request) {
        return !alias || (!request.rewritten() && request.uri().length() >= replaced);
    }

    /// What is logged where [#admits] says no.
    public String refusal() {
        return "\"alias\" cannot be used in location \"" + locationName + "\" where URI was rewritten";
    }

    /// What `try_files` looks for when it is to look for `name`.
    String candidate(String name, VariableSource source) {
        return documentRoot(source) + name;
    }

    /// A computed name of `try_files` as nginx appends it: without the location's prefix, which an alias replaces.
    String withoutPrefix(String name, FileRequest request) {
        return replaced > 0 && name.regionMatches(0, request.uri(), 0, replaced) ? name.substring(replaced) : name;
    }

    /// How a request goes on for which `try_files` chose `name`.
    FileAnswer.UseUri chosen(String name, boolean directory, FileRequest request) {
        if (wholePath) {
            return directory
                    ? new FileAnswer.UseUri(request.uri(), request.appended())
                    : new FileAnswer.UseUri(name, true);
        }
        return new FileAnswer.UseUri(request.uri().substring(0, replaced) + name, false);
    }

    /// The template without a slash at its end.
    static TemplateConfig withoutLastSlash(TemplateConfig path) {
        if (path.parts().isEmpty()
                || !(path.parts().getLast() instanceof TemplateConfig.Literal(String text))
                || !text.endsWith("/")) {
            return path;
        }
        List<TemplateConfig.Part> parts = new ArrayList<>(path.parts());
        parts.removeLast();
        if (text.length() > 1) {
            parts.add(new TemplateConfig.Literal(text.substring(0, text.length() - 1)));
        }
        return new TemplateConfig(path.position(), parts);
    }

    private static String name(Match match) {
        return switch (match) {
            case Match.Exact(String uri) -> ByteText.of(uri);
            case Match.Prefix(String uri, _) -> ByteText.of(uri);
            case Match.Regex(String pattern, _) -> pattern;
            case Match.Named(String name) -> "@" + name;
            case Match.Server _, Match.Conditional _ -> "";
        };
    }
}

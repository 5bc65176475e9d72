package io.sluice.config.binding;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

import io.sluice.config.model.LocationConfig.Match;
import io.sluice.config.model.LocationOptions.FileOptions;
import io.sluice.config.model.LocationOptions.FileOptions.IfModifiedSince;
import io.sluice.config.model.LocationOptions.TryFiles;
import io.sluice.config.model.Position;
import io.sluice.config.model.TemplateConfig;
import io.sluice.config.syntax.DirectiveNode;
import io.sluice.config.syntax.Token;

import static io.sluice.config.binding.Arity.*;
import static io.sluice.config.binding.Context.*;
import static io.sluice.config.binding.DirectiveSpec.row;

/// The directives of http about files. Immutable.
final class HttpFileDirectives {

    private record FilePath(TemplateConfig path, boolean alias, Match declaredIn) {}

    private record Extension(String extension, String type) {}

    private static final Map<String, String> DEFAULT_TYPES =
            Map.of("html", "text/html", "gif", "image/gif", "jpg", "image/jpeg");

    private static final Setting<FilePath> PATH = Setting.optional(ValueType.composed("path"));

    private static final Listing<TemplateConfig> INDEX = new Listing<>();

    private static final Setting<TryFiles> TRY_FILES = Setting.optional(ValueType.composed("file ... uri"));

    private static final Listing<Extension> TYPES = new Listing<>();

    /// A `types {}` was written, if only an empty one.
    private static final Setting<Boolean> TYPES_WRITTEN = Setting.optional(ValueType.FLAG);

    private static final Setting<String> DEFAULT_TYPE =
            Setting.of(new ValueType<>("type", Optional::of, ValueType.INVALID_VALUE), "text/plain");

    private static final Setting<Boolean> SENDFILE = Setting.of(ValueType.FLAG, "off");

    private static final Setting<Boolean> ETAG = Setting.of(ValueType.FLAG, "on");

    private static final Setting<IfModifiedSince> IF_MODIFIED_SINCE = Setting.of(
            ValueType.oneOf(i -> i.name().toLowerCase(Locale.ROOT), List.of(IfModifiedSince.values())), "exact");

    private static final Setting<Integer> MAX_RANGES = Setting.optional(ValueType.NUMBER);

    private static final Setting<Boolean> LOG_NOT_FOUND = Setting.of(ValueType.FLAG, "on");

    static final List<DirectiveSpec> ROWS = List.of(
            row("root").in(HTTP, HTTP_SERVER, HTTP_LOCATION, HTTP_LOCATION_IF).takes(ONE, "path").defaultsTo("html")
                    .repeatable().by(d -> path(d, false))
                    .means("The directory to which URIs are appended."),
            row("alias").in(HTTP_LOCATION).takes(ONE, "path").repeatable().by(d -> path(d, true))
                    .means("What replaces the location's part of a URI."),
            row("index").in(HTTP, HTTP_SERVER, HTTP_LOCATION).takes(ONE_OR_MORE, "file ...").defaultsTo("index.html")
                    .repeatable().by(HttpFileDirectives::index)
                    .means("Files that are looked for in a directory; one that begins with a slash is a redirect."),
            row("try_files").in(HTTP_SERVER, HTTP_LOCATION).takes(TWO_OR_MORE, "file ... uri | file ... =code")
                    .by(HttpFileDirectives::tryFiles)
                    .means("The first file that exists is sent, otherwise the last argument is where to go."),
            row("types").in(HTTP, HTTP_SERVER, HTTP_LOCATION).takes(BLOCK, "")
                    .defaultsTo("text/html html; image/gif gif; image/jpeg jpg;").repeatable()
                    .by(HttpFileDirectives::types)
                    .means("Content types by extensions of file names."),
            row("default_type").in(HTTP, HTTP_SERVER, HTTP_LOCATION).value(DEFAULT_TYPE)
                    .means("The content type of files whose extension has none."),
            row("sendfile").in(HTTP, HTTP_SERVER, HTTP_LOCATION, HTTP_LOCATION_IF).value(SENDFILE)
                    .inert("Files go to sockets within the kernel.",
                    "Always over plain text; over TLS the bytes have to be read."),
            row("etag").in(HTTP, HTTP_SERVER, HTTP_LOCATION).since("1.3.3").value(ETAG)
                    .means("Whether files have an `ETag`."),
            row("if_modified_since").in(HTTP, HTTP_SERVER, HTTP_LOCATION).value(IF_MODIFIED_SINCE)
                    .means("How `If-Modified-Since` is compared with a file's time."),
            row("max_ranges").in(HTTP, HTTP_SERVER, HTTP_LOCATION).since("1.1.2").value(MAX_RANGES)
                    .means("How many ranges a request may ask for; 0: none. Any number unless written."),
            row("log_not_found").in(HTTP, HTTP_SERVER, HTTP_LOCATION).value(LOG_NOT_FOUND)
                    .means("Whether a missing file is worth a line in the error log."));

    private HttpFileDirectives() {}

    private static void path(Directive directive, boolean alias) {
        Fragment written = directive.argument(0);
        Optional<FilePath> earlier = directive.scope().own(PATH);
        if (earlier.isPresent() && earlier.get().alias() == alias) {
            directive.duplicate();
            return;
        }
        if (earlier.isPresent()) {
            directive.error("duplicate-directive", directive.nameFragment(), "\"" + directive.name()
                    + "\" directive is duplicate, \"" + (alias ? "root" : "alias")
                    + "\" directive was specified earlier");
            return;
        }
        if (alias && directive.scope().own(LocationText.MATCH).filter(Match.Named.class::isInstance).isPresent()) {
            directive.error("misplaced-alias", directive.nameFragment(),
                    "the \"alias\" directive cannot be used inside the named location");
            return;
        }
        for (String variable : List.of("document_root", "realpath_root")) {
            if (written.text().contains("$" + variable) || written.text().contains("${" + variable + "}")) {
                directive.error("invalid-variable", written, "the $" + variable
                        + " variable cannot be used in the \"" + directive.name() + "\" directive");
                return;
            }
        }
        boolean trims = !alias && written.text().length() > 1 && written.text().endsWith("/");
        Fragment path = trims ? written.part(0, written.text().length() - 1) : written;
        Optional<TemplateConfig> template = written.text().startsWith("$")
                ? directive.template(path)
                : directive.pathTemplate(path).map(p -> withSlash(p, alias && written.text().endsWith("/")));
        template.ifPresent(t -> directive.scope().put(PATH, new FilePath(
                t, alias, directive.scope().own(LocationText.MATCH).orElseGet(Match.Server::new))));
    }

    /// A normalised path has lost the slash at its end, which an alias needs.
    private static TemplateConfig withSlash(TemplateConfig path, boolean slash) {
        return slash && path.isLiteral() && !path.toString().endsWith("/")
                ? TemplateConfig.literal(path.position(), path + "/")
                : path;
    }

    private static void index(Directive directive) {
        for (int i = 0; i < directive.count(); i++) {
            Fragment name = directive.argument(i);
            if (name.text().isEmpty()) {
                directive.error("invalid-value", name, "index \"\" in \"index\" directive is invalid");
                continue;
            }
            if (name.text().startsWith("/") && i < directive.count() - 1) {
                directive.warning("misplaced-index", name,
                        "only the last index in \"index\" directive should be absolute");
            }
            directive.template(name).ifPresent(template -> directive.scope().add(INDEX, template));
        }
    }

    private static void tryFiles(Directive directive) {
        int last = directive.count() - 1;
        List<TemplateConfig> candidates = directive.argumentsFrom(0).subList(0, last).stream()
                .flatMap(candidate -> directive.template(candidate).stream())
                .toList();
        Fragment fallback = directive.argument(last);
        Position position = directive.position();
        if (!fallback.text().startsWith("=")) {
            directive.template(fallback).ifPresent(uri ->
                    directive.scope().put(TRY_FILES, new TryFiles(position, candidates, uri, 0)));
            return;
        }
        ValueType.number(fallback.text().substring(1)).filter(n -> n <= 999).ifPresentOrElse(
                code -> directive.scope().put(TRY_FILES,
                        new TryFiles(position, candidates, TemplateConfig.literal(position, ""), code)),
                () -> directive.error("invalid-value", fallback, "invalid code \"" + fallback.text() + "\""));
    }

    private static void types(Directive directive) {
        directive.scope().put(TYPES_WRITTEN, true);
        directive.scope().replace(TYPES);
        Map<String, String> known = new HashMap<>();
        directive.scope().own(TYPES).forEach(e -> known.put(e.extension(), e.type()));
        for (DirectiveNode line : directive.children()) {
            if (line.block().isPresent()) {
                directive.run().error("unexpected-block", line.block().get().open(), "unexpected \"{\"");
                continue;
            }
            String type = line.name().text();
            for (Token token : line.arguments()) {
                String extension = token.text().toLowerCase(Locale.ROOT);
                String old = known.put(extension, type);
                if (old != null) {
                    directive.warning("duplicate-extension", Fragment.of(token), "duplicate extension \"" + extension
                            + "\", content type: \"" + type + "\", previous content type: \"" + old + "\"");
                }
                directive.scope().add(TYPES, new Extension(extension, type));
            }
        }
    }

    /// What a location says, or has inherited, about files.
    static FileOptions options(BindingRun run, Scope location) {
        FilePath path = location.find(PATH).orElseGet(() -> new FilePath(
                TemplateConfig.literal(Position.NONE, run.environment().underPrefix("html").orElseThrow().toString()),
                false, new Match.Server()));
        Map<String, String> types = new HashMap<>();
        if (location.find(TYPES_WRITTEN).isPresent()) {
            location.get(TYPES).forEach(e -> types.put(e.extension(), e.type()));
        } else {
            types.putAll(DEFAULT_TYPES);
        }
        List<TemplateConfig> index = location.get(INDEX);
        return new FileOptions(
                path.path(),
                path.alias(),
                path.declaredIn(),
                index.isEmpty() ? List.of(TemplateConfig.literal(Position.NONE, "index.html")) : index,
                location.own(TRY_FILES),
                types,
                location.get(DEFAULT_TYPE),
                location.get(SENDFILE),
                location.get(ETAG),
                location.get(IF_MODIFIED_SINCE),
                location.find(MAX_RANGES).map(OptionalInt::of).orElseGet(OptionalInt::empty),
                location.get(LOG_NOT_FOUND));
    }
}

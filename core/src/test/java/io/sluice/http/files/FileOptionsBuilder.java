package io.sluice.http.files;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

import io.sluice.config.model.LocationConfig;
import io.sluice.config.model.LocationOptions.FileOptions;
import io.sluice.config.model.LocationOptions.FileOptions.IfModifiedSince;
import io.sluice.config.model.LocationOptions.TryFiles;
import io.sluice.config.model.Position;
import io.sluice.config.model.TemplateConfig;
import io.sluice.variable.Configs;

/// The directives of files in a location, as the binder would read them. Confined to its worker's event loop.
///
/// The table of these tests is a `stream` block's: its variables stand in for `$uri`, `$args` and `$1`.
final class FileOptionsBuilder {

    private final String path;

    private final boolean alias;

    private List<TemplateConfig> index = List.of(template("index.html"));

    private Optional<TryFiles> tryFiles = Optional.empty();

    private boolean logNotFound = true;

    private FileOptionsBuilder(String path, boolean alias) {
        this.path = path;
        this.alias = alias;
    }

    static FileOptionsBuilder root(String path) {
        return new FileOptionsBuilder(path, false);
    }

    static FileOptionsBuilder alias(String path) {
        return new FileOptionsBuilder(path, true);
    }

    FileOptionsBuilder index(String... names) {
        index = Arrays.stream(names).map(FileOptionsBuilder::template).toList();
        return this;
    }

    /// The arguments of the directive.
    FileOptionsBuilder tryFiles(String... names) {
        String last = names[names.length - 1];
        int status = last.startsWith("=") ? Integer.parseInt(last.substring(1)) : 0;
        List<TemplateConfig> candidates = Arrays.stream(names)
                .limit(names.length - 1)
                .map(FileOptionsBuilder::template)
                .toList();
        tryFiles = Optional.of(new TryFiles(Position.NONE, candidates, template(status == 0 ? last : ""), status));
        return this;
    }

    FileOptionsBuilder quiet() {
        logNotFound = false;
        return this;
    }

    FileOptions build() {
        return new FileOptions(
                template(path), alias, new LocationConfig.Match.Server(), index, tryFiles, Map.of(), "text/plain", true, true, IfModifiedSince.EXACT,
                OptionalInt.empty(), logNotFound);
    }

    static TemplateConfig template(String text) {
        return Configs.template(
                text.replace("$uri", "$remote_addr").replace("$args", "$hostname").replace("$1", "$protocol"));
    }
}

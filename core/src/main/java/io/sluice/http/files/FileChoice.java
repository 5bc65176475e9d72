package io.sluice.http.files;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

import io.sluice.config.model.LocationOptions.TryFiles;
import io.sluice.config.model.LogLevel;
import io.sluice.config.model.TemplateConfig;
import io.sluice.session.ErrorSink;
import io.sluice.transport.linux.Errno;
import io.sluice.variable.Template;
import io.sluice.variable.VariableSource;

/// `try_files`: the first of several files that is there, else a last resort. Immutable; the choice depends on what the
/// file system has at the time.
///
/// It precedes whatever makes the response of its location, files or a proxied server.
public final class FileChoice {

    /// A name to look for.
    private record Candidate(Template name, boolean directory) {}

    private final FilePaths paths;

    private final List<Candidate> candidates = new ArrayList<>();

    private final Template otherwise;

    // 0: `otherwise` is a URI or a named location.
    private final int status;

    /// @param compiler of the generation's variables
    public FileChoice(TryFiles config, FilePaths paths, Function<TemplateConfig, Template> compiler) {
        this.paths = paths;
        for (TemplateConfig name : config.candidates()) {
            TemplateConfig plain = FilePaths.withoutLastSlash(name);
            candidates.add(new Candidate(compiler.apply(plain), !plain.equals(name)));
        }
        this.otherwise = compiler.apply(config.otherwise());
        this.status = config.status();
    }

    /// Looks.
    ///
    /// @param errors takes what kept a candidate from being looked at
    public FileAnswer answer(FileRequest request, VariableSource source, FileAccess files, ErrorSink errors) {
        if (!paths.admits(request)) {
            return new FileAnswer.Failure(500, LogLevel.ALERT, paths.refusal());
        }
        for (int i = 0; i < candidates.size(); i++) {
            Candidate candidate = candidates.get(i);
            String name = name(candidate.name(), request, source);
            String path = paths.candidate(name, source);
            FileStatus found = files.status(path);
            if (found.hasFailed()) {
                report(found, path, errors);
            } else if ((found.kind() == FileStatus.Kind.DIRECTORY) == candidate.directory()) {
                return paths.chosen(name, candidate.directory(), request);
            }
        }
        return lastResort(request, source);
    }

    private FileAnswer lastResort(FileRequest request, VariableSource source) {
        if (status != 0) {
            return new FileAnswer.Failure(status, LogLevel.ERROR, null);
        }
        String uri = name(otherwise, request, source);
        if (uri.startsWith("@")) {
            return new FileAnswer.NamedLocation(uri.substring(1));
        }
        int question = uri.indexOf('?');
        return question < 0
                ? new FileAnswer.InternalRedirect(uri, "")
                : new FileAnswer.InternalRedirect(uri.substring(0, question), uri.substring(question + 1));
    }

    /// nginx takes the location's prefix off computed names only, the last resort's too: configurations write it twice
    /// there.
    private String name(Template template, FileRequest request, VariableSource source) {
        String name = template.evaluate(source);
        return template.isLiteral() ? name : paths.withoutPrefix(name, request);
    }

    private static void report(FileStatus status, String path, ErrorSink errors) {
        switch (status.error()) {
            case Errno.ENOENT, Errno.ENOTDIR, Errno.ENAMETOOLONG -> {
                // It is not there: the next one's turn.
            }
            default -> errors.log(LogLevel.CRIT, FileLookup.message(status, path));
        }
    }
}

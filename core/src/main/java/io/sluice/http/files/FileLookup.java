package io.sluice.http.files;

import java.util.List;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

import io.sluice.config.model.LocationOptions.FileOptions;
import io.sluice.config.model.LogLevel;
import io.sluice.config.model.TemplateConfig;
import io.sluice.http.files.FileAnswer.Failure;
import io.sluice.http.files.FileAnswer.InternalRedirect;
import io.sluice.http.files.FileAnswer.RedirectToDirectory;
import io.sluice.http.files.FileAnswer.Serve;
import io.sluice.http.routing.UriEscaping;
import io.sluice.transport.linux.Errno;
import io.sluice.variable.Template;
import io.sluice.variable.VariableSource;

/// Says what a request in a location of files leads to: a file, its directory's index, a redirect or an error.
/// Immutable; the answer depends on what the file system has at the time.
///
///     switch (lookup.answer(request, exchange, files)) {
///         case Serve(String path, OpenedFile file) -> ...
///     }
public final class FileLookup {

    private static final int FORBIDDEN = 403;

    private static final int NOT_FOUND = 404;

    private static final int NOT_ALLOWED = 405;

    private static final int INTERNAL_ERROR = 500;

    private final FilePaths paths;

    private final List<Template> index;

    private final boolean logNotFound;

    /// @param compiler of the generation's variables
    public FileLookup(FileOptions options, FilePaths paths, Function<TemplateConfig, Template> compiler) {
        this.paths = paths;
        this.index = options.index().stream().map(compiler).toList();
        this.logNotFound = options.logNotFound();
    }

    /// Looks the request's file up, and opens it where it is to be served.
    public FileAnswer answer(FileRequest request, VariableSource source, FileAccess files) {
        if (!request.isForFiles()) {
            return failure(NOT_ALLOWED);
        }
        if (!paths.admits(request)) {
            return new Failure(INTERNAL_ERROR, LogLevel.ALERT, paths.refusal());
        }
        String path = paths.file(request, source);
        return request.isForDirectory()
                ? directory(path, request, source, files)
                : file(path, request, files);
    }

    /// The first index that is there: its URI is looked up like any other, so that the locations decide about it.
    private FileAnswer directory(String path, FileRequest request, VariableSource source, FileAccess files) {
        boolean tested = false;
        for (int i = 0; i < index.size(); i++) {
            String name = index.get(i).evaluate(source);
            if (name.startsWith("/")) {
                return new InternalRedirect(name, request.args());
            }
            FileStatus status = files.status(path + name);
            if (!status.hasFailed()) {
                return new InternalRedirect(request.uri() + name, request.args());
            }
            switch (status.error()) {
                case Errno.EACCES, Errno.ENOTDIR, Errno.ENAMETOOLONG -> {
                    return unreachable(path + name, status.error());
                }
                case Errno.ELOOP, Errno.EMLINK -> {
                    return failure(FORBIDDEN);
                }
                default -> {
                    // That one is missing says nothing about the directory.
                }
            }
            Failure failure = tested ? null : testDirectory(path, path + name, files);
            if (failure != null) {
                return failure;
            }
            tested = true;
            if (status.error() != Errno.ENOENT) {
                return new Failure(INTERNAL_ERROR, LogLevel.CRIT, message(status, path + name));
            }
        }
        return new Failure(FORBIDDEN, LogLevel.ERROR, "directory index of \"" + path + "\" is forbidden");
    }

    /// Null when the directory itself is there.
    private @Nullable Failure testDirectory(String path, String asked, FileAccess files) {
        String directory = path.length() > 1 && path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
        FileStatus status = files.status(directory);
        return switch (status.error()) {
            case 0 -> status.kind() == FileStatus.Kind.DIRECTORY
                    ? null
                    : new Failure(INTERNAL_ERROR, LogLevel.ALERT, "\"" + directory + "\" is not a directory");
            case Errno.ENOENT -> unreachable(asked, Errno.ENOENT);
            // Its content could be asked for, so it is there.
            case Errno.EACCES -> null;
            case Errno.ELOOP, Errno.EMLINK -> failure(FORBIDDEN);
            default -> new Failure(INTERNAL_ERROR, LogLevel.CRIT, message(status, directory));
        };
    }

    private Failure unreachable(String path, int error) {
        String reason = " (" + Errno.describe(error) + ")";
        if (error == Errno.EACCES) {
            return new Failure(FORBIDDEN, LogLevel.ERROR, "\"" + path + "\" is forbidden" + reason);
        }
        return logNotFound
                ? new Failure(NOT_FOUND, LogLevel.ERROR, "\"" + path + "\" is not found" + reason)
                : failure(NOT_FOUND);
    }

    private FileAnswer file(String path, FileRequest request, FileAccess files) {
        OpenedFile file = files.open(path);
        FileStatus status = file.status();
        if (status.hasFailed()) {
            return notOpened(path, status);
        }
        if (status.kind() == FileStatus.Kind.REGULAR && !request.method().equals("POST")) {
            return new Serve(path, file);
        }
        file.close();
        return switch (status.kind()) {
            case REGULAR -> failure(NOT_ALLOWED);
            case DIRECTORY -> {
                String location = UriEscaping.PATH.escape(request.uri()) + "/";
                yield new RedirectToDirectory(request.args().isEmpty() ? location : location + "?" + request.args());
            }
            case OTHER -> new Failure(NOT_FOUND, LogLevel.CRIT, "\"" + path + "\" is not a regular file");
        };
    }

    private Failure notOpened(String path, FileStatus status) {
        return switch (status.error()) {
            case Errno.ENOENT, Errno.ENOTDIR, Errno.ENAMETOOLONG -> logNotFound
                    ? new Failure(NOT_FOUND, LogLevel.ERROR, message(status, path))
                    : failure(NOT_FOUND);
            case Errno.EACCES, Errno.EMLINK, Errno.ELOOP ->
                new Failure(FORBIDDEN, LogLevel.ERROR, message(status, path));
            default -> new Failure(INTERNAL_ERROR, LogLevel.CRIT, message(status, path));
        };
    }

    private static Failure failure(int status) {
        return new Failure(status, LogLevel.ERROR, null);
    }

    /// As nginx words a failed call.
    static String message(FileStatus status, String path) {
        return status.call() + " \"" + path + "\" failed (" + Errno.describe(status.error()) + ")";
    }
}

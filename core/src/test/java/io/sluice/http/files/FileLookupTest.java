package io.sluice.http.files;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.sluice.config.model.LocationConfig.Match;
import io.sluice.config.model.LocationOptions.FileOptions;
import io.sluice.config.model.LogLevel;
import io.sluice.config.model.StreamConfig;
import io.sluice.http.files.FileAnswer.Failure;
import io.sluice.http.files.FileAnswer.InternalRedirect;
import io.sluice.http.files.FileAnswer.RedirectToDirectory;
import io.sluice.http.files.FileAnswer.Serve;
import io.sluice.session.StreamVariable;
import io.sluice.transport.linux.Errno;
import io.sluice.variable.FakeSession;
import io.sluice.variable.VariableTable;

import static org.assertj.core.api.Assertions.assertThat;

/// What requests for files lead to, by what the file system says.
class FileLookupTest {

    private static final Match SLASH = new Match.Prefix("/", false);

    private static final VariableTable VARIABLES = VariableTable.of(StreamConfig.EMPTY);

    private final FakeFiles files = new FakeFiles();

    @Test
    void aFileIsServed() {
        files.regular("/www/a");
        assertThat(get("/a")).isInstanceOfSatisfying(Serve.class, serve -> {
            assertThat(serve.path()).isEqualTo("/www/a");
            serve.file().close();
        });
        assertThat(ask(FileOptionsBuilder.root("/www").build(), SLASH, request("HEAD", "/a"))).isInstanceOf(Serve.class);
    }

    @ParameterizedTest
    @CsvSource({
        "POST, /a, 405",
        "PUT, /a, 405",
        "PUT, /missing, 405",
        "DELETE, /d/, 405",
        "POST, /missing, 404",
        "POST, /d/, 403",
    })
    void methods(String method, String uri, int status) {
        files.regular("/www/a").directory("/www/d").directory("/www/d/");
        assertThat(ask(FileOptionsBuilder.root("/www").build(), SLASH, request(method, uri)))
                .isInstanceOfSatisfying(Failure.class, failure -> assertThat(failure.status()).isEqualTo(status));
        assertThat(files.open()).isBetween(0, 1);
    }

    @ParameterizedTest
    @CsvSource({
        Errno.ENOENT + ", 404, ERROR, 2: No such file or directory",
        Errno.ENOTDIR + ", 404, ERROR, 20: Not a directory",
        Errno.ENAMETOOLONG + ", 404, ERROR, 36: File name too long",
        Errno.EACCES + ", 403, ERROR, 13: Permission denied",
        Errno.ELOOP + ", 403, ERROR, 40: Too many levels of symbolic links",
        Errno.EMFILE + ", 500, CRIT, 24: Too many open files",
        Errno.EIO + ", 500, CRIT, 5: Input/output error",
    })
    void errors(int error, int status, LogLevel level, String text) {
        files.failing("/www/a", error);
        assertThat(get("/a")).isEqualTo(new Failure(status, level, "open() \"/www/a\" failed (" + text + ")"));
    }

    @Test
    void whatIsMissingNeedNotBeLogged() {
        FileOptions quiet = FileOptionsBuilder.root("/www").quiet().build();
        assertThat(ask(quiet, SLASH, request("GET", "/a"))).isEqualTo(new Failure(404, LogLevel.ERROR, null));
        assertThat(ask(quiet, SLASH, request("GET", "/d/"))).isEqualTo(new Failure(404, LogLevel.ERROR, null));
        files.failing("/www/a", Errno.EACCES);
        assertThat(((Failure) ask(quiet, SLASH, request("GET", "/a"))).message()).isNotNull();
    }

    @Test
    void aDirectoryGetsItsSlash() {
        files.directory("/www/d").directory("/www/a b?#é");
        assertThat(get("/d")).isEqualTo(new RedirectToDirectory("/d/"));
        assertThat(get("/a b?#é")).isEqualTo(new RedirectToDirectory("/a%20b%3F%23%E9/"));
        FileRequest asked = new FileRequest("GET", "/d", "x=1&y", false, false);
        assertThat(ask(FileOptionsBuilder.root("/www").build(), SLASH, asked))
                .isEqualTo(new RedirectToDirectory("/d/?x=1&y"));
        assertThat(files.open()).isZero();
    }

    @Test
    void whatIsNoFileIsNotServed() {
        files.other("/www/pipe");
        assertThat(get("/pipe"))
                .isEqualTo(new Failure(404, LogLevel.CRIT, "\"/www/pipe\" is not a regular file"));
        assertThat(files.open()).isZero();
    }

    @Test
    void theFirstIndexThatIsThere() {
        files.directory("/www/d").regular("/www/d/b").regular("/www/d/c");
        FileOptions options = FileOptionsBuilder.root("/www").index("a", "b", "c").build();
        FileRequest asked = new FileRequest("GET", "/d/", "x", false, false);
        assertThat(ask(options, SLASH, asked)).isEqualTo(new InternalRedirect("/d/b", "x"));
    }

    @Test
    void anIndexMayBeComputedOrAbsolute() {
        files.directory("/www/d").regular("/www/d//d/.html");
        FileOptions computed = FileOptionsBuilder.root("/www").index("x$uri", "$args").build();
        FakeSession session = session("/d/").with(StreamVariable.HOSTNAME, "/absolute");
        FilePaths paths = FilePaths.of(computed, SLASH, VARIABLES::compile, "/base/");
        assertThat(new FileLookup(computed, paths, VARIABLES::compile).answer(request("GET", "/d/"), session, files))
                .isEqualTo(new InternalRedirect("/absolute", ""));
        FileOptions absolute = FileOptionsBuilder.root("/www").index("a", "/i").build();
        assertThat(ask(absolute, SLASH, request("GET", "/d/"))).isEqualTo(new InternalRedirect("/i", ""));
    }

    @Test
    void withoutIndexADirectoryIsForbiddenAndAMissingOneIsNotFound() {
        files.directory("/www/d").regular("/www/f");
        assertThat(get("/d/")).isEqualTo(
                new Failure(403, LogLevel.ERROR, "directory index of \"/www/d/\" is forbidden"));
        assertThat(get("/nothing/")).isEqualTo(new Failure(404, LogLevel.ERROR,
                "\"/www/nothing/index.html\" is not found (2: No such file or directory)"));
        assertThat(get("/f/")).isEqualTo(new Failure(500, LogLevel.ALERT, "\"/www/f\" is not a directory"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        Errno.ENOTDIR + "| 404| ERROR| \"/www/d/index.html\" is not found (20: Not a directory)",
        Errno.EACCES + "| 403| ERROR| \"/www/d/index.html\" is forbidden (13: Permission denied)",
        Errno.EIO + "| 500| CRIT| stat() \"/www/d/index.html\" failed (5: Input/output error)",
    })
    void errorsOfAnIndex(int error, int status, LogLevel level, String message) {
        files.directory("/www/d").failing("/www/d/index.html", error);
        assertThat(get("/d/")).isEqualTo(new Failure(status, level, message));
    }

    @Test
    void aDirectoryThatMayNotBeLookedAtIsThere() {
        files.failing("/www/d", Errno.EACCES);
        assertThat(get("/d/")).isInstanceOfSatisfying(
                Failure.class, failure -> assertThat(failure.message()).startsWith("directory index of"));
    }

    /// The location, `root` or `alias`, the URI, the path.
    @ParameterizedTest
    @CsvSource({
        "/, root, /www, /a/b, /www/a/b",
        "/, root, /www/, /a/b, /www/a/b",
        "/, root, /, /a/b, /a/b",
        "/, root, html, /a/b, /base/html/a/b",
        "/a/, root, /www, /a/b, /www/a/b",
        "/, root, /www$uri/, /a, /www/a/a",
        "/, root, $uri, /a, /a/a",
        "/, root, x$uri, /a, /base/x/a/a",
        "/a/, alias, /www/, /a/b, /www/b",
        "/a/, alias, /www, /a/b, /wwwb",
        "/a, alias, /www/, /a/b, /www//b",
        "/a, alias, /www/, /ab, /www/b",
        "/a, alias, /www, /a, /www",
        "/a/, alias, html/, /a/b, /base/html/b",
        "= /a, alias, /www/file, /a, /www/file",
        "~ ^/a/(.*)$, alias, /www/$1, /a/b, /www/captured",
        "~ ^/a/(.*)$, alias, /www/fixed, /a/b, /www/fixed",
        "~ ^/a/(.*)$, root, /www, /a/b, /www/a/b",
    })
    void paths(String location, String directive, String value, String uri, String path) {
        FileOptionsBuilder builder =
                directive.equals("root") ? FileOptionsBuilder.root(value) : FileOptionsBuilder.alias(value);
        FilePaths paths = FilePaths.of(builder.build(), match(location), VARIABLES::compile, "/base/");
        assertThat(paths.file(request("GET", uri), session(uri))).isEqualTo(path);
    }

    @Test
    void theRootItself() {
        FilePaths paths = FilePaths.of(FileOptionsBuilder.root("html/").build(), SLASH, VARIABLES::compile, "/base/");
        assertThat(paths.documentRoot(session("/a"))).isEqualTo("/base/html");
        assertThat(paths.realRoot(session("/a"), files)).isNull();
        files.directory("/base/html");
        assertThat(paths.realRoot(session("/a"), files)).isEqualTo("/real/base/html");
        FilePaths alias = FilePaths.of(FileOptionsBuilder.alias("/x/").build(), SLASH, VARIABLES::compile, "/base/");
        assertThat(alias.documentRoot(session("/a"))).isEqualTo("/x/");
    }

    @Test
    void anAliasDoesNotOutliveARewrite() {
        FileOptions options = FileOptionsBuilder.alias("/www/").build();
        FileRequest rewritten = new FileRequest("GET", "/z", "", true, false);
        assertThat(ask(options, new Match.Prefix("/long/", false), rewritten)).isEqualTo(new Failure(
                500, LogLevel.ALERT, "\"alias\" cannot be used in location \"/long/\" where URI was rewritten"));
    }

    private FileAnswer get(String uri) {
        return ask(FileOptionsBuilder.root("/www").build(), SLASH, request("GET", uri));
    }

    private FileAnswer ask(FileOptions options, Match match, FileRequest request) {
        FilePaths paths = FilePaths.of(options, match, VARIABLES::compile, "/base/");
        return new FileLookup(options, paths, VARIABLES::compile).answer(request, session(request.uri()), files);
    }

    static Match match(String location) {
        if (location.startsWith("= ")) {
            return new Match.Exact(location.substring(2));
        }
        return location.startsWith("~ ")
                ? new Match.Regex(location.substring(2), false)
                : new Match.Prefix(location, false);
    }

    private static FileRequest request(String method, String uri) {
        return new FileRequest(method, uri, "", false, false);
    }

    private static FakeSession session(String uri) {
        return new FakeSession(VARIABLES)
                .with(StreamVariable.REMOTE_ADDR, uri)
                .with(StreamVariable.PROTOCOL, "captured");
    }
}

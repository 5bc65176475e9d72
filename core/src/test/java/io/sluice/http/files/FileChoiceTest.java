package io.sluice.http.files;

import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;

import io.sluice.config.model.LocationConfig.Match;
import io.sluice.config.model.LocationOptions.FileOptions;
import io.sluice.config.model.LogLevel;
import io.sluice.config.model.StreamConfig;
import io.sluice.http.files.FileAnswer.Failure;
import io.sluice.http.files.FileAnswer.InternalRedirect;
import io.sluice.http.files.FileAnswer.NamedLocation;
import io.sluice.http.files.FileAnswer.UseUri;
import io.sluice.session.ErrorSink;
import io.sluice.session.StreamVariable;
import io.sluice.transport.linux.Errno;
import io.sluice.variable.FakeSession;
import io.sluice.variable.VariableTable;

import static org.assertj.core.api.Assertions.assertThat;

/// `try_files`.
class FileChoiceTest {

    private static final Match SLASH = new Match.Prefix("/", false);

    private static final VariableTable VARIABLES = VariableTable.of(StreamConfig.EMPTY);

    private final FakeFiles files = new FakeFiles();

    private final List<String> logged = new ArrayList<>();

    private final ErrorSink errors = new ErrorSink() {
        @Override
        public boolean admits(LogLevel level) {
            return true;
        }

        @Override
        public void log(LogLevel level, long connection, String message) {
            logged.add(level.label() + " " + message);
        }
    };

    @Test
    void theFirstThatIsThere() {
        files.regular("/www/a").directory("/www/d");
        FileOptionsBuilder options = FileOptionsBuilder.root("/www").tryFiles("$uri", "$uri/", "/a", "=404");
        assertThat(ask(options, SLASH, "/a")).isEqualTo(new UseUri("/a", false));
        assertThat(ask(options, SLASH, "/d")).isEqualTo(new UseUri("/d", false));
        assertThat(ask(options, SLASH, "/x")).isEqualTo(new UseUri("/a", false));
        assertThat(ask(FileOptionsBuilder.root("/www").tryFiles("/a/", "$uri", "=404"), SLASH, "/d"))
                .isEqualTo(new Failure(404, LogLevel.ERROR, null));
    }

    @Test
    void theLastResort() {
        assertThat(ask(FileOptionsBuilder.root("/www").tryFiles("$uri", "=418"), SLASH, "/x"))
                .isEqualTo(new Failure(418, LogLevel.ERROR, null));
        assertThat(ask(FileOptionsBuilder.root("/www").tryFiles("$uri", "@app"), SLASH, "/x"))
                .isEqualTo(new NamedLocation("app"));
        assertThat(ask(FileOptionsBuilder.root("/www").tryFiles("$uri", "/i"), SLASH, "/x"))
                .isEqualTo(new InternalRedirect("/i", ""));
        assertThat(ask(FileOptionsBuilder.root("/www").tryFiles("$uri", "/i?q=$uri&$args"), SLASH, "/x"))
                .isEqualTo(new InternalRedirect("/i", "q=/x&args"));
    }

    @Test
    void anAliasReplacesTheLocationsPrefix() {
        files.regular("/www/b").regular("/www/fixed");
        Match match = new Match.Prefix("/a/", false);
        assertThat(ask(FileOptionsBuilder.alias("/www/").tryFiles("$uri", "=404"), match, "/a/b"))
                .isEqualTo(new UseUri("/a/b", false));
        assertThat(ask(FileOptionsBuilder.alias("/www/").tryFiles("fixed", "=404"), match, "/a/x"))
                .isEqualTo(new UseUri("/a/fixed", false));
        assertThat(ask(FileOptionsBuilder.alias("/www/").tryFiles("$uri", "/a/i?$args"), match, "/a/x"))
                .isEqualTo(new InternalRedirect("i", "args"));
        assertThat(ask(FileOptionsBuilder.alias("/www/").tryFiles("$uri", "/a//a/i?$args"), match, "/a/x"))
                .isEqualTo(new InternalRedirect("/a/i", "args"));
        assertThat(ask(FileOptionsBuilder.alias("/www/").tryFiles("$uri", "/a/i"), match, "/a/x"))
                .isEqualTo(new InternalRedirect("/a/i", ""));
    }

    @Test
    void anAliasThatIsTheWholePathHasTheChoiceAppended() {
        files.regular("/www/captured.html").directory("/www/captured/sub").regular("/www/captured/more");
        Match match = new Match.Regex("^/a/(.*)$", false);
        FileOptionsBuilder html = FileOptionsBuilder.alias("/www/$1").tryFiles(".html", "=404");
        assertThat(ask(html, match, "/a/x")).isEqualTo(new UseUri(".html", true));
        assertThat(ask(FileOptionsBuilder.alias("/www/$1").tryFiles("/sub/", "=404"), match, "/a/x"))
                .isEqualTo(new UseUri("/a/x", false));
        FilePaths paths = FilePaths.of(html.build(), match, VARIABLES::compile, "/base/");
        assertThat(paths.file(new FileRequest("GET", ".html", "", false, true), session(".html")))
                .isEqualTo("/www/captured.html");
    }

    @Test
    void whatCannotBeLookedAtIsLoggedAndPassedOver() {
        files.failing("/www/a", Errno.EACCES).failing("/www/b", Errno.ENAMETOOLONG).regular("/www/c");
        assertThat(ask(FileOptionsBuilder.root("/www").tryFiles("/a", "/b", "/c", "=404"), SLASH, "/x"))
                .isEqualTo(new UseUri("/c", false));
        assertThat(logged).containsExactly("crit stat() \"/www/a\" failed (13: Permission denied)");
    }

    private FileAnswer ask(FileOptionsBuilder builder, Match match, String uri) {
        FileOptions options = builder.build();
        FilePaths paths = FilePaths.of(options, match, VARIABLES::compile, "/base/");
        FileChoice choice = new FileChoice(options.tryFiles().orElseThrow(), paths, VARIABLES::compile);
        return choice.answer(new FileRequest("GET", uri, "args", false, false), session(uri), files, errors);
    }

    private static FakeSession session(String uri) {
        return new FakeSession(VARIABLES)
                .with(StreamVariable.REMOTE_ADDR, uri)
                .with(StreamVariable.HOSTNAME, "args")
                .with(StreamVariable.PROTOCOL, "captured");
    }
}

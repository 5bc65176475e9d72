package io.sluice.http.files;

import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Random;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import io.sluice.config.model.LocationConfig.Match;
import io.sluice.config.model.LocationOptions.FileOptions;
import io.sluice.config.model.LocationOptions.FileOptions.IfModifiedSince;
import io.sluice.config.model.LocationOptions.ResponseOptions.ServerTokens;
import io.sluice.config.model.LogLevel;
import io.sluice.config.model.StreamConfig;
import io.sluice.session.ErrorSink;
import io.sluice.session.StreamVariable;
import io.sluice.testing.RunningNginx;
import io.sluice.transport.linux.LinuxCalls;
import io.sluice.variable.FakeSession;
import io.sluice.variable.VariableTable;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/// The same files, the same requests: nginx sends the status, the fields and the bytes that are computed here.
class NginxAgreementTest {

    private static final long MODIFIED = 784111777;

    private static final String CONTENT = "0123456789".repeat(10);

    private static final int REQUESTS_A_LOCATION = 400;

    private static final VariableTable VARIABLES = VariableTable.of(StreamConfig.EMPTY);

    private static final ContentTypes TYPES = new ContentTypes(Map.of("html", "text/html"), "text/plain");

    private static final ErrorBodies PAGES = new ErrorBodies("1", "");

    // What nginx says of itself and of the connection.
    private static final List<String> NOT_COMPARED = List.of("server", "date", "connection");

    private static final List<String> RANGES = List.of(
            "bytes=0-9", "bytes=0-", "bytes=99-", "bytes=100-", "bytes=-1", "bytes=-0", "bytes=-500", "bytes=9-5", "bytes=5-200",
            "bytes=0-0,2-2", "bytes=0-9, -5", "bytes=0-59,30-99", "bytes=0-59,30-89,x", "bytes=200-,3-4", "bytes= 1 - 2 ",
            "bytes=1-2,", "bytes=,", "bytes=", "items=0-1", "BYTES=1-1", "bytes=5-9223372036854775808", "bytes=0-0,1-1,2-2",
            "bytes=0-49,50-99", "bytes=0-49,50-99,0-0", "bytes=--1", "bytes=1--2", "bytes=+1-2");

    private static final List<String> DATES = List.of(
            "Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994",
            "Sun, 06 Nov 1994 08:49:36 GMT", "Sun, 06 Nov 1994 08:49:38 GMT", "nonsense", "Sun, 6 Nov 1994 08:49:37 GMT",
            "Sun, 06 Nov 1994 08:49:37", "Mon, 31 Feb 2030 00:00:00 GMT", "Sun Nov 6 08:49:37 1994");

    private static final List<String> TAGS = List.of(
            "TAG", "W/TAG", "\"x\"", "\"x\", TAG", "\"x\" ,, W/TAG , \"y\"", "*", "TAGx", "TAGx, TAG", "TAG \t, \"x\"", "W/",
            "*, TAG");

    private static @Nullable RunningNginx nginx;

    @BeforeAll
    static void start() throws IOException {
        assumeTrue(RunningNginx.isInstalled(), "no nginx to compare with");
        nginx = RunningNginx.startHttp("""
                default_type text/plain;
                absolute_redirect off;
                server_tokens off;
                access_log off;
                server {
                    listen 127.0.0.1:0;
                    root ${dir}/www;
                    location /exact/ { }
                    location /before/ { if_modified_since before; max_ranges 2; }
                    location /off/ { if_modified_since off; etag off; max_ranges 0; }
                    location /alias/ { alias ${dir}/www/exact/; }
                    location /cut/ { alias ${dir}/www/exact; }
                    location /wide { alias ${dir}/www/exact/; }
                    location /index/ { alias ${dir}/www/exact/; index none file; }
                    location ~ ^/regex/(.*)$ { alias ${dir}/www/exact/$1; }
                    location /try/ { try_files $uri /exact$uri /exact/file =418; }
                    location /trydir/ { try_files $uri/ =418; }
                    location /tryalias/ { alias ${dir}/www/exact/; try_files $uri /tryalias//exact/file?$args; }
                }
                """);
        Path www = running().directory().resolve("www");
        for (String name : List.of("exact", "before", "off", "exact/sub", "try", "trydir", "trydir/sub", "exact/a b%c")) {
            Files.createDirectories(www.resolve(name));
        }
        for (String name : List.of("exact/file", "before/file", "off/file", "exact/sub/index.html", "try/here")) {
            Files.writeString(www.resolve(name), CONTENT);
            Files.setLastModifiedTime(www.resolve(name), FileTime.from(Instant.ofEpochSecond(MODIFIED)));
        }
    }

    @AfterAll
    static void stop() throws IOException {
        if (nginx != null) {
            nginx.close();
        }
    }

    @Test
    void validatorsAndRangesWhereDatesMustBeEqual() throws IOException {
        compare("/exact/file", IfModifiedSince.EXACT, true, OptionalInt.empty(), new Random(1));
    }

    @Test
    void validatorsAndRangesWhereALaterDateWillDo() throws IOException {
        compare("/before/file", IfModifiedSince.BEFORE, true, OptionalInt.of(2), new Random(2));
    }

    @Test
    void validatorsAndRangesWhereBothAreOff() throws IOException {
        compare("/off/file", IfModifiedSince.OFF, false, OptionalInt.of(0), new Random(3));
    }

    @Test
    void whatUrisLeadTo() throws IOException {
        List<String> uris = new ArrayList<>();
        for (String location : List.of(
                "/exact/", "/alias/", "/cut/", "/wide/", "/index/", "/regex/", "/try/", "/trydir/", "/tryalias/")) {
            for (String rest : List.of("", "file", "sub", "sub/", "none", "none/", "file/", "file/x", "here", "a b%c", "/file")) {
                uris.add(location + rest);
            }
        }
        uris.addAll(List.of("/", "/wide", "/widefile", "/widesub", "/none", "/exact", "/try", "/alias"));
        for (String uri : uris) {
            for (String method : List.of("GET", "HEAD", "POST", "PUT")) {
                for (String args : List.of("", "q=1")) {
                    String target = uri.replace("%", "%25").replace(" ", "%20") + (args.isEmpty() ? "" : "?" + args);
                    Answer theirs = send(method, target, Map.of());
                    // nginx itself merges slashes before it looks for a location.
                    Answer ours = new Site(running().directory()).answer(method, uri.replace("//", "/"), args);
                    assertThat(ours.describe()).as(method + " " + target).isEqualTo(theirs.describe());
                }
            }
        }
    }

    private static void compare(
            String uri, IfModifiedSince mode, boolean etag, OptionalInt maxRanges, Random random) throws IOException {
        String tag = Validators.entityTag(MODIFIED, CONTENT.length());
        for (int i = 0; i < REQUESTS_A_LOCATION; i++) {
            Map<String, String> fields = new TreeMap<>();
            maybe(random, 0.7, "range", RANGES, fields);
            maybe(random, 0.25, "if-range", random.nextBoolean() ? TAGS : DATES, fields);
            maybe(random, 0.2, "if-modified-since", DATES, fields);
            maybe(random, 0.1, "if-unmodified-since", DATES, fields);
            maybe(random, 0.1, "if-match", TAGS, fields);
            maybe(random, 0.2, "if-none-match", TAGS, fields);
            fields.replaceAll((_, value) -> value.replace("TAG", tag));
            Answer theirs = send("GET", uri, fields);
            Answer ours = conditional(fields, etag ? tag : null, mode, maxRanges, theirs.boundary());
            assertThat(ours.describe()).as(uri + " " + fields).isEqualTo(theirs.describe());
        }
    }

    private static void maybe(
            Random random, double probability, String field, List<String> values, Map<String, String> fields) {
        if (random.nextDouble() < probability) {
            fields.put(field, values.get(random.nextInt(values.size())));
        }
    }

    /// The response to a request for the file of [#CONTENT], as an exchange would make it.
    private static Answer conditional(
            Map<String, String> fields, @Nullable String tag, IfModifiedSince mode, OptionalInt maxRanges, long boundary) {
        Map<String, String> head = new TreeMap<>();
        head.put("last-modified", HttpDate.format(MODIFIED));
        if (tag != null) {
            head.put("etag", tag);
        }
        Validators validators = new Validators(
                fields.get("if-modified-since"), fields.get("if-unmodified-since"), fields.get("if-match"),
                fields.get("if-none-match"));
        switch (validators.verdict(tag, MODIFIED, mode)) {
            case NOT_MODIFIED -> {
                return new Answer(304, head, "");
            }
            case PRECONDITION_FAILED -> {
                return Answer.error(412, "GET");
            }
            case SEND -> head.put("content-type", "text/plain");
        }
        ByteRanges ranges = new ByteRanges(trimmed(fields.get("range")), fields.get("if-range"));
        ByteRanges.Response response = new ByteRanges.Response(CONTENT.length(), "text/plain", tag, MODIFIED);
        StringBuilder body = new StringBuilder();
        int status = 206;
        switch (ranges.answer(response, maxRanges, boundary)) {
            case RangeAnswer.Whole(boolean acceptRanges) -> {
                status = 200;
                body.append(CONTENT);
                if (acceptRanges) {
                    head.put("accept-ranges", "bytes");
                }
            }
            case RangeAnswer.Single(long offset, long length, String contentRange) -> {
                head.put("content-range", contentRange);
                body.append(part(offset, length));
            }
            case RangeAnswer.Multiple multiple -> {
                head.put("content-type", multiple.contentType());
                multiple.parts().forEach(part ->
                        body.append(text(part.head())).append(part(part.offset(), part.length())));
                body.append(text(multiple.end()));
                assertThat(body).hasSize((int) multiple.contentLength());
            }
            case RangeAnswer.NotSatisfiable(String contentRange) -> {
                Answer error = Answer.error(416, "GET");
                error.fields().put("content-range", contentRange);
                return error;
            }
        }
        head.put("content-length", String.valueOf(body.length()));
        return new Answer(status, head, body.toString());
    }

    /// What the head's parser leaves of a value.
    private static @Nullable String trimmed(@Nullable String value) {
        return value == null ? null : value.strip();
    }

    private static String part(long offset, long length) {
        return CONTENT.substring((int) offset, (int) (offset + length));
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    private static RunningNginx running() {
        if (nginx == null) {
            throw new IllegalStateException("nginx has not been started");
        }
        return nginx;
    }

    private static Answer send(String method, String target, Map<String, String> fields) throws IOException {
        StringBuilder request = new StringBuilder(method + " " + target + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n");
        fields.forEach((name, value) -> request.append(name).append(": ").append(value).append("\r\n"));
        try (Socket socket = running().connect(0)) {
            OutputStream out = socket.getOutputStream();
            out.write(request.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1));
            return Answer.parse(text(socket.getInputStream().readAllBytes()));
        }
    }

    /// A response; its fields' names in lower case.
    private record Answer(int status, Map<String, String> fields, String body) {

        private static final Pattern BOUNDARY = Pattern.compile("boundary=(\\d+)");

        static Answer parse(String response) {
            int end = response.indexOf("\r\n\r\n");
            String[] lines = response.substring(0, end).split("\r\n", -1);
            Map<String, String> fields = new TreeMap<>();
            for (int i = 1; i < lines.length; i++) {
                int colon = lines[i].indexOf(':');
                String name = lines[i].substring(0, colon).toLowerCase(Locale.ROOT);
                if (!NOT_COMPARED.contains(name)) {
                    fields.put(name, lines[i].substring(colon + 2));
                }
            }
            int status = Integer.parseInt(lines[0].substring(9, 12));
            assertThat(lines[0]).isEqualTo(text(StatusLine.of(status)).strip() + (lines[0].endsWith(" ") ? " " : ""));
            return new Answer(status, fields, response.substring(end + 4));
        }

        /// An error page under nginx's name.
        static Answer error(int status, String method) {
            String body = text(PAGES.of(status, ServerTokens.OFF, false)).replace("sluice", "nginx");
            Map<String, String> fields = new TreeMap<>();
            fields.put("content-length", String.valueOf(body.length()));
            if (!body.isEmpty()) {
                fields.put("content-type", ErrorBodies.CONTENT_TYPE);
            }
            return new Answer(status, fields, method.equals("HEAD") ? "" : body);
        }

        static Answer file(String method, String uri, FileStatus status) {
            Map<String, String> fields = new TreeMap<>(Map.of(
                    "content-length", String.valueOf(status.size()), "content-type", TYPES.of(uri),
                    "last-modified", HttpDate.format(status.modified()), "accept-ranges", "bytes",
                    "etag", Validators.entityTag(status.modified(), status.size())));
            return new Answer(200, fields, method.equals("HEAD") ? "" : CONTENT);
        }

        long boundary() {
            Matcher matcher = BOUNDARY.matcher(fields.getOrDefault("content-type", ""));
            return matcher.find() ? Long.parseLong(matcher.group(1)) : 0;
        }

        String describe() {
            return status + " " + fields + "\n" + body;
        }
    }

    /// The locations of the configuration above, and the way of a request through them.
    private static final class Site {

        private static final int MAX_REDIRECTS = 10;

        private final LinuxFiles files = new LinuxFiles(new LinuxCalls());

        private final Path directory;

        Site(Path directory) {
            this.directory = directory;
        }

        Answer answer(String method, String uri, String args) {
            FileRequest request = new FileRequest(method, uri, args, false, false);
            for (int i = 0; i < MAX_REDIRECTS; i++) {
                String location = location(request.uri());
                FileAnswer answer = ask(location, request);
                switch (answer) {
                    case FileAnswer.InternalRedirect(String to, String with) ->
                        request = new FileRequest(method, to, with, false, false);
                    case FileAnswer.Serve serve -> {
                        serve.file().close();
                        return Answer.file(method, request.uri(), serve.file().status());
                    }
                    case FileAnswer.RedirectToDirectory(String to) -> {
                        Answer redirect = Answer.error(301, method);
                        redirect.fields().put("location", to);
                        return redirect;
                    }
                    case FileAnswer.Failure failure -> {
                        return Answer.error(failure.status(), method);
                    }
                    case FileAnswer.NamedLocation _, FileAnswer.UseUri _ -> throw new AssertionError(answer);
                }
            }
            return Answer.error(500, method);
        }

        private FileAnswer ask(String location, FileRequest asked) {
            FileOptions options = options(location);
            Match match = FileLookupTest.match(location);
            FilePaths paths = FilePaths.of(options, match, VARIABLES::compile, "/base/");
            FakeSession session = new FakeSession(VARIABLES)
                    .with(StreamVariable.REMOTE_ADDR, asked.uri())
                    .with(StreamVariable.PROTOCOL, asked.uri().replaceFirst("^/regex/", ""));
            FileRequest request = asked;
            if (options.tryFiles().isPresent()) {
                FileChoice choice = new FileChoice(options.tryFiles().get(), paths, VARIABLES::compile);
                FileAnswer chosen = choice.answer(request, session, files, NO_ERRORS);
                if (!(chosen instanceof FileAnswer.UseUri(String uri, boolean appended))) {
                    return chosen;
                }
                request = new FileRequest(asked.method(), uri, asked.args(), false, appended);
            }
            return new FileLookup(options, paths, VARIABLES::compile).answer(request, session, files);
        }

        private static String location(String uri) {
            for (String prefix : List.of(
                    "/alias/", "/cut/", "/wide", "/index/", "/try/", "/trydir/", "/tryalias/")) {
                if (uri.startsWith(prefix)) {
                    return prefix;
                }
            }
            return uri.startsWith("/regex/") ? "~ ^/regex/(.*)$" : "/";
        }

        private FileOptions options(String location) {
            String www = directory + "/www";
            return switch (location) {
                case "/alias/", "/wide" -> FileOptionsBuilder.alias(www + "/exact/").build();
                case "/cut/" -> FileOptionsBuilder.alias(www + "/exact").build();
                case "/index/" -> FileOptionsBuilder.alias(www + "/exact/").index("none", "file").build();
                case "/try/" -> FileOptionsBuilder.root(www)
                        .tryFiles("$uri", "/exact$uri", "/exact/file", "=418").build();
                case "/trydir/" -> FileOptionsBuilder.root(www).tryFiles("$uri/", "=418").build();
                case "/tryalias/" -> FileOptionsBuilder.alias(www + "/exact/")
                        .tryFiles("$uri", "/tryalias//exact/file?$args").build();
                case "/" -> FileOptionsBuilder.root(www).build();
                default -> FileOptionsBuilder.alias(www + "/exact/$1").build();
            };
        }

        private static final ErrorSink NO_ERRORS = new ErrorSink() {
            @Override
            public boolean admits(LogLevel level) {
                return false;
            }

            @Override
            public void log(LogLevel level, long connection, String message) {
                throw new AssertionError(message);
            }
        };
    }
}

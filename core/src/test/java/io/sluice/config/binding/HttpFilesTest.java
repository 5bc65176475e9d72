package io.sluice.config.binding;

import java.nio.file.Path;
import java.util.OptionalInt;

import org.junit.jupiter.api.Test;

import io.sluice.config.model.LocationOptions.FileOptions;
import io.sluice.config.model.LocationOptions.FileOptions.IfModifiedSince;
import io.sluice.config.syntax.ConfigParser;
import io.sluice.config.syntax.Diagnostics;
import io.sluice.config.syntax.SourceText;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

/// `root`, `alias`, `index`, `try_files`, `types` and what belongs to them.
class HttpFilesTest {

    private static FileOptions files(String directives) {
        return Bound.location(directives).firstLocation().options().files();
    }

    @Test
    void defaultsAreThoseOfNginx() {
        FileOptions files = files("");

        assertThat(files.path()).hasToString("/prefix/html");
        assertThat(files.alias()).isFalse();
        assertThat(files.index()).extracting(Object::toString).containsExactly("index.html");
        assertThat(files.tryFiles()).isEmpty();
        assertThat(files.types()).containsOnly(
                entry("html", "text/html"), entry("gif", "image/gif"), entry("jpg", "image/jpeg"));
        assertThat(files.defaultType()).isEqualTo("text/plain");
        assertThat(files.sendfile()).isFalse();
        assertThat(files.etag()).isTrue();
        assertThat(files.ifModifiedSince()).isEqualTo(IfModifiedSince.EXACT);
        assertThat(files.maxRanges()).isEmpty();
        assertThat(files.logNotFound()).isTrue();
    }

    @Test
    void everyScalar() {
        FileOptions files = files("""
                default_type application/octet-stream;
                sendfile on;
                etag off;
                if_modified_since before;
                max_ranges 0;
                log_not_found off;
                index index.php $arg_page.html /fallback.html;
                """);

        assertThat(files.defaultType()).isEqualTo("application/octet-stream");
        assertThat(files.sendfile()).isTrue();
        assertThat(files.etag()).isFalse();
        assertThat(files.ifModifiedSince()).isEqualTo(IfModifiedSince.BEFORE);
        assertThat(files.maxRanges()).isEqualTo(OptionalInt.of(0));
        assertThat(files.logNotFound()).isFalse();
        assertThat(files.index()).extracting(Object::toString)
                .containsExactly("index.php", "${arg_page}.html", "/fallback.html");
    }

    @Test
    void pathsBeginAtThePrefix() {
        assertThat(files("root www/;").path()).hasToString("/prefix/www");
        assertThat(files("root /srv/www;").path()).hasToString("/srv/www");
        assertThat(files("root /;").path()).hasToString("/");
        assertThat(files("root /srv/$host/;").path()).hasToString("/srv/${host}");
        assertThat(files("root sites/$host;").path()).hasToString("/prefix/sites/${host}");
        assertThat(files("root $http_root/a;").path()).hasToString("${http_root}/a");
        FileOptions alias = files("alias /data/images/;");
        assertThat(alias.alias()).isTrue();
        assertThat(alias.path()).hasToString("/data/images/");
    }

    @Test
    void rootAndAliasAreInheritedTogether() {
        var outer = Bound.httpServer("location /i/ { alias /data/; location /i/x { } location /i/y { root /r; } }")
                .firstLocation();

        assertThat(outer.nested().getFirst().options().files().alias()).isTrue();
        assertThat(outer.nested().getLast().options().files().alias()).isFalse();
    }

    @Test
    void tryFilesIsNotInherited() {
        var location = Bound.location("try_files $uri $uri/ /index.php?$args;\nlocation /a { try_files /x =404; }")
                .firstLocation();

        assertThat(location.options().files().tryFiles().orElseThrow()).satisfies(files -> {
            assertThat(files.candidates()).extracting(Object::toString).containsExactly("${uri}", "${uri}/");
            assertThat(files.otherwise()).hasToString("/index.php?${args}");
            assertThat(files.status()).isZero();
        });
        assertThat(location.nested().getFirst().options().files().tryFiles().orElseThrow().status()).isEqualTo(404);
        assertThat(Bound.httpServer("try_files /a @b;\nlocation / { }").firstLocation().options().files().tryFiles())
                .isEmpty();
    }

    @Test
    void typesReplaceThoseAround() {
        assertThat(files("types { text/x X y; }").types()).containsOnly(entry("x", "text/x"), entry("y", "text/x"));
        assertThat(files("types { }").types()).isEmpty();
        assertThat(Bound.http("types { text/a a; }\ntypes { text/b b; }\nserver { location / { } }")
                .firstLocation().options().files().types()).containsOnlyKeys("a", "b");
    }

    @Test
    void anExtensionThatComesTwiceIsWarnedOf() {
        assertThat(Bound.location("types { text/html html; text/css html; }").lines()).containsExactly(
                "warning duplicate-extension 6:34 duplicate extension \"html\", content type: \"text/css\","
                        + " previous content type: \"text/html\"");
    }

    @Test
    void theProjectsTypesCanBeIncluded() {
        Diagnostics diagnostics = new Diagnostics();
        Path conf = Path.of("..", "conf").toAbsolutePath().normalize();
        var parsed = ConfigParser.parse(SourceText.of(
                conf.resolve("nginx.conf").toString(),
                "events {}\nhttp { include " + conf + "/mime.types; server { location / { } } }\n"), diagnostics);
        var config = new Binder(Bound.ENVIRONMENT, diagnostics).bind(parsed).orElseThrow();

        assertThat(diagnostics.all()).isEmpty();
        assertThat(config.http().servers().getFirst().root().options().files().types())
                .contains(entry("js", "text/javascript"), entry("woff2", "font/woff2"), entry("html", "text/html"));
    }
}

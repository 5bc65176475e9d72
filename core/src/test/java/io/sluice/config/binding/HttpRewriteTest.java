package io.sluice.config.binding;

import java.util.List;

import org.junit.jupiter.api.Test;

import io.sluice.config.model.RewriteStep;
import io.sluice.config.model.RewriteStep.Condition;
import io.sluice.config.model.RewriteStep.FileCheck;
import io.sluice.config.model.RewriteStep.Rewrite.Flag;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

/// `set`, `if`, `return`, `rewrite`, `break`.
class HttpRewriteTest {

    private static List<RewriteStep> script(String directives) {
        return Bound.location(directives).firstLocation().script();
    }

    @Test
    void rewrites() {
        assertThat(script("""
                rewrite ^/a$ /b;
                rewrite ^/a/(.*)$ /b/$1? last;
                rewrite ^/c /d break;
                rewrite ^/e /f redirect;
                rewrite ^/g /h permanent;
                rewrite ^/i https://example.com/$uri last;
                rewrite ^/j $scheme://example.com/ permanent;
                """)).extracting(
                        step -> ((RewriteStep.Rewrite) step).replacement().toString(),
                        step -> ((RewriteStep.Rewrite) step).keepArguments(),
                        step -> ((RewriteStep.Rewrite) step).flag())
                .containsExactly(
                        tuple("/b", true, Flag.NONE),
                        tuple("/b/${1}", false, Flag.LAST),
                        tuple("/d", true, Flag.BREAK),
                        tuple("/f", true, Flag.REDIRECT),
                        tuple("/h", true, Flag.PERMANENT),
                        tuple("https://example.com/${uri}", true, Flag.REDIRECT),
                        tuple("${scheme}://example.com/", true, Flag.PERMANENT));
    }

    @Test
    void returns() {
        assertThat(script("return 204;\nreturn 200 hello;\nreturn 301 https://$host$request_uri;\nreturn http://a/;"))
                .extracting(
                        step -> ((RewriteStep.Return) step).status(),
                        step -> ((RewriteStep.Return) step).text().map(Object::toString).orElse("-"))
                .containsExactly(
                        tuple(204, "-"), tuple(200, "hello"), tuple(301, "https://${host}${request_uri}"),
                        tuple(302, "http://a/"));
    }

    @Test
    void setsItsOwnVariablesAndTwoBuiltInOnes() {
        assertThat(script("set $a $uri;\nset $args x=1;\nset $limit_rate 10k;\nset $http_own 1;\nbreak;\nset $b $a;"))
                .extracting(step -> step instanceof RewriteStep.Set set ? set.variable() : "break")
                .containsExactly("a", "args", "limit_rate", "http_own", "break", "b");
    }

    @Test
    void conditions() {
        assertThat(script("""
                if ($http_a) { }
                if ( $http_a = b ) { }
                if ($http_a != "b c") { }
                if ($http_a ~ ^x(?<rest>.*)$) { }
                if ($http_a !~* y) { set $z $rest; }
                if (-f $request_filename) { }
                if (!-d $document_root/a) { break; }
                if (-e /x) { }
                if (!-x /x) { }
                """)).extracting(step -> describe(((RewriteStep.If) step).condition())).containsExactly(
                        "${http_a}", "${http_a} = b", "${http_a} != b c", "${http_a} ~ ^x(?<rest>.*)$", "${http_a} !~* y",
                        "REGULAR_FILE ${request_filename}", "! DIRECTORY ${document_root}/a", "ANYTHING /x",
                        "! EXECUTABLE /x");
    }

    private static String describe(Condition condition) {
        return switch (condition) {
            case Condition.Truthy truthy -> truthy.value().toString();
            case Condition.Equals equals ->
                equals.value() + (equals.negated() ? " != " : " = ") + equals.other();
            case Condition.Matches matches -> matches.value() + (matches.negated() ? " !~" : " ~")
                    + (matches.ignoreCase() ? "* " : " ") + matches.pattern();
            case Condition.Exists(FileCheck test, var path, boolean negated) -> (negated ? "! " : "") + test + " " + path;
        };
    }

    @Test
    void aServerHasAScriptToo() {
        assertThat(Bound.httpServer("if ($host = a) { return 301 http://b$request_uri; }\nset $x 1;")
                .firstHttpServer().root().script()).satisfiesExactly(
                        step -> assertThat(((RewriteStep.If) step).body().script()).hasSize(1),
                        step -> assertThat(step).isInstanceOf(RewriteStep.Set.class));
    }

    @Test
    void capturesOfExpressionsAreVariables() {
        assertThat(Bound.httpServer("""
                server_name ~^(?<user>\\w+)\\.example\\.com$;
                location ~ ^/(?<file>.+)$ { return 200 "$user $file $1"; }
                rewrite ^/(?P<old>.*)$ /new/$old;
                """).lines()).isEmpty();
    }
}

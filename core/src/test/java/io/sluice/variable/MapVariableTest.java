package io.sluice.variable;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.sluice.config.model.MapConfig;
import io.sluice.session.StreamVariable;

import static io.sluice.variable.Configs.map;
import static io.sluice.variable.Configs.stream;
import static io.sluice.variable.Configs.template;
import static org.assertj.core.api.Assertions.assertThat;

class MapVariableTest {

    private static final MapConfig HOSTS = map("$server_name", "result").hostnames()
            .exact("WWW.example.com", "exact")
            .suffix("example.com", "*.example.com")
            .suffix("deep.example.com", "*.deep.example.com")
            .suffixOrBare("bare.org", ".bare.org")
            .suffix("com", "*.com")
            .prefix("mail", "mail.*")
            .prefix("mail.eu", "mail.eu.*")
            .prefix("www.example", "www.example.*")
            .regex("^first", "regex 1")
            .regex("^firs", "regex 2")
            .regex("mail", "regex 3")
            .exact("", "empty")
            .otherwise("default")
            .build();

    @ParameterizedTest
    @CsvSource({
        "www.example.com,      exact",
        "www.EXAMPLE.com,      exact",
        "www.example.com.,     exact",
        "a.example.com,        *.example.com",
        "a.b.example.com,      *.example.com",
        "a.deep.example.com,   *.deep.example.com",
        "deep.example.com,     *.example.com",
        "example.com,          *.com",
        "bare.org,             .bare.org",
        "x.bare.org,           .bare.org",
        "xbare.org,            default",
        "mail.example.com,     *.example.com",
        "mail.net,             mail.*",
        "mail.eu.net,          mail.eu.*",
        "MAIL.EU.NET,          mail.eu.*",
        "mail,                 regex 3",
        "www.example.org,      www.example.*",
        "first.x,              regex 1",
        "FIRST.x,              default",
        "airmail,              regex 3",
        "'',                   empty",
        "com,                  default",
    })
    void hostNames(String name, String expected) {
        assertThat(lookUp(HOSTS, name)).isEqualTo(expected);
    }

    @Test
    void withoutHostnamesADotAtTheEndCounts() {
        MapConfig map = map("$server_name", "result").exact("a", "yes").otherwise("no").build();
        assertThat(lookUp(map, "A")).isEqualTo("yes");
        assertThat(lookUp(map, "a.")).isEqualTo("no");
    }

    @Test
    void anEmptyTextIsNotGivenToExpressions() {
        MapConfig map = map("$server_name", "result").regex(".*", "regex").otherwise("default").build();
        assertThat(lookUp(map, "")).isEqualTo("default");
        assertThat(lookUp(map, "x")).isEqualTo("regex");
    }

    @Test
    void keysAreComparedAsBytes() {
        MapConfig map = map("$server_name", "result").exact("caf\u00c9", "\u00fc").otherwise("default").build();
        assertThat(lookUp(map, ByteText.of("CAF\u00c9"))).isEqualTo(ByteText.of("\u00fc"));
        assertThat(lookUp(map, ByteText.of("caf\u00e9"))).isEqualTo("default");
    }

    @Test
    void theSameMaskWithAndWithoutBareName() {
        MapConfig map = map("$server_name", "result").hostnames()
                .suffixOrBare("a.org", "dot").suffix("a.org", "star").otherwise("default").build();
        assertThat(lookUp(map, "a.org")).isEqualTo("dot");
        assertThat(lookUp(map, "b.a.org")).isEqualTo("star");
    }

    private static String lookUp(MapConfig map, String text) {
        VariableTable table = VariableTable.of(stream(map));
        FakeSession session = new FakeSession(table).with(StreamVariable.SERVER_NAME, text);
        return table.compile(template("$result")).evaluate(session);
    }
}

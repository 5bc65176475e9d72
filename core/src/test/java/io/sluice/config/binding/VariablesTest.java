package io.sluice.config.binding;

import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import io.sluice.config.model.Position;
import io.sluice.config.model.StreamServerConfig.SetConfig;
import io.sluice.config.model.TemplateConfig;
import io.sluice.session.StreamVariable;

import static org.assertj.core.api.Assertions.assertThat;

/// Variables in values: which exist, and where they stand.
class VariablesTest {

    private static TemplateConfig value(String written) {
        List<SetConfig> sets = Bound.server("set $x " + written + ";").onlyServer().sets();
        return sets.getFirst().value();
    }

    @ParameterizedTest
    @CsvSource(quoteCharacter = '`', value = {
        "plain, plain",
        "$status, ${status}",
        "a$status, a${status}",
        "${status}b, ${status}b",
        "$status$protocol, ${status}${protocol}",
        "$status.log, ${status}.log",
        "$STATUS, ${status}",
        "$12, ${1}2",
        "'x $1', x ${1}",
    })
    void textAndVariables(String written, String read) {
        assertThat(value(written)).hasToString(read);
    }

    @Test
    void eachVariableKnowsWhereItStands() {
        // set $x "a $status ${protocol}";   the quote is in column 8
        assertThat(value("\"a $status ${protocol}\"").parts()).containsExactly(
                new TemplateConfig.Literal("a "),
                new TemplateConfig.Named("status", new Position("nginx.conf", 6, 11)),
                new TemplateConfig.Literal(" "),
                new TemplateConfig.Named("protocol", new Position("nginx.conf", 6, 19)));
    }

    @Test
    void escapesBlurPositionsToTheWordsStart() {
        assertThat(value("\"\\t$status\"").parts()).contains(
                new TemplateConfig.Named("status", new Position("nginx.conf", 6, 8)));
    }

    @ParameterizedTest
    @EnumSource(StreamVariable.class)
    void everyVariableIsEitherThereOrPlainlyNotYet(StreamVariable variable) {
        Bound bound = Bound.server("set $x $" + variable.variableName() + ";");

        if (variable.available()) {
            assertThat(bound.lines()).isEmpty();
        } else {
            assertThat(bound.lines()).containsExactly("error not-supported 6:9 \"" + variable.variableName()
                    + "\" variable is known but not supported by Sluice yet");
        }
    }

    @Test
    void tlvVariablesAreKnown() {
        assertThat(Bound.server("set $x $proxy_protocol_tlv_alpn$proxy_protocol_tlv_0xEA;").messages()).isEmpty();
        assertThat(Bound.server("set $x $http_host;").messages()).singleElement().asString().contains("unknown");
    }

    @Test
    void setDefinesVariablesForTheWholeBlock() {
        var servers = Bound.of("""
                events {}
                stream {
                    server { listen 1; set $Target 127.0.0.1:2; proxy_pass $target; }
                    server { listen 2; return "$target"; }
                }
                """).config().stream().servers();

        assertThat(servers.getFirst().sets()).singleElement().satisfies(set -> {
            assertThat(set.variable()).isEqualTo("target");
            assertThat(set.value()).hasToString("127.0.0.1:2");
        });
        assertThat(servers.getLast().sets()).isEmpty();
    }

    @Test
    void anUnknownVariableIsReportedWhereverItOccurs() {
        Bound bound = Bound.server("set $target $targte;\nset $other \"$targte\";");

        assertThat(bound.lines()).containsExactly(
                "error unknown-variable 6:14 unknown \"targte\" variable",
                "error unknown-variable 7:14 unknown \"targte\" variable");
        assertThat(bound.hints()).containsExactly("did you mean \"target\"?", "did you mean \"target\"?");
    }

    @ParameterizedTest
    @CsvSource(quoteCharacter = '`', value = {
        "$, invalid variable name",
        "a$-, invalid variable name",
        "${}, invalid variable name",
        "${, invalid variable name",
        "${status, `the closing bracket in \"status\" variable is missing`",
        "${a-b}, `the closing bracket in \"a\" variable is missing`",
    })
    void malformed(String written, String message) {
        assertThat(Bound.server("set $x \"" + written + "\";").messages()).containsExactly(message);
    }
}

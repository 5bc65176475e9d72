package io.sluice.variable;

import java.util.List;

import org.junit.jupiter.api.Test;

import io.sluice.config.model.StreamConfig;
import io.sluice.config.model.TemplateConfig;
import io.sluice.testing.Allocations;

import static io.sluice.session.StreamVariable.PROTOCOL;
import static io.sluice.session.StreamVariable.REMOTE_ADDR;
import static io.sluice.session.StreamVariable.SERVER_PORT;
import static io.sluice.variable.Configs.map;
import static io.sluice.variable.Configs.set;
import static io.sluice.variable.Configs.stream;
import static io.sluice.variable.Configs.template;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class VariableTableTest {

    private static final VariableTable EMPTY = VariableTable.of(StreamConfig.EMPTY);

    @Test
    void textAndVariablesAreJoined() {
        Template template = EMPTY.compile(template("$remote_addr:${SERVER_PORT} via $protocol"));
        FakeSession session =
                new FakeSession(EMPTY).with(REMOTE_ADDR, "10.0.0.1").with(SERVER_PORT, "443").with(PROTOCOL, "TCP");
        assertThat(template.evaluate(session)).isEqualTo("10.0.0.1:443 via TCP");
        assertThat(template.isLiteral()).isFalse();

        StringBuilder text = new StringBuilder("> ");
        template.appendTo(session, text);
        assertThat(text).hasToString("> 10.0.0.1:443 via TCP");
    }

    @Test
    void aVariableWithoutValueIsEmpty() {
        assertThat(evaluate(EMPTY, "[$upstream_addr]")).isEqualTo("[]");
        assertThat(evaluate(EMPTY, "$upstream_addr")).isEmpty();
        assertThat(evaluate(EMPTY, "$1")).isEmpty();
    }

    @Test
    void literalsAreTheBytesOfTheConfiguration() {
        Template template = EMPTY.compile(template("caf\u00e9 \uDC80"));
        assertThat(template.isLiteral()).isTrue();
        assertThat(template.evaluate(new FakeSession(EMPTY))).isEqualTo("caf\u00c3\u00a9 \u0080");
        assertThat(EMPTY.compile(TemplateConfig.literal(template("").position(), "")).isLiteral()).isTrue();
    }

    @Test
    void unknownNamesAreRefusedWithTheirPosition() {
        assertThatThrownBy(() -> EMPTY.compile(template("x$nonsense")))
                .isInstanceOfSatisfying(InvalidVariableException.class, e -> {
                    assertThat(e).hasMessage("unknown \"nonsense\" variable");
                    assertThat(e.position().column()).isEqualTo(2);
                });
    }

    @Test
    void mapsMayUseEachOtherInAnyOrder() {
        VariableTable table = VariableTable.of(stream(
                map("$second", "first").exact("b", "c").build(), map("$protocol", "second").exact("tcp", "b").build()));
        FakeSession session = new FakeSession(table).with(PROTOCOL, "TCP");
        assertThat(table.compile(template("$first$FIRST")).evaluate(session)).isEqualTo("cc");
    }

    @Test
    void aMapIsEvaluatedOncePerSession() {
        VariableTable table = VariableTable.of(stream(map("$protocol", "kept").otherwise("x").build()));
        FakeSession session = new FakeSession(table);
        Template template = table.compile(template("$kept$kept"));
        template.evaluate(session);
        template.evaluate(session);
        assertThat(session.reads()).isEqualTo(1);
    }

    @Test
    void aVolatileMapIsEvaluatedAtEachUse() {
        VariableTable table = VariableTable.of(
                stream(map("$protocol", "fresh").volatileMap().exact("tcp", "t").otherwise("other").build()));
        FakeSession session = new FakeSession(table);
        Template template = table.compile(template("$fresh"));
        assertThat(template.evaluate(session)).isEqualTo("other");
        session.with(PROTOCOL, "TCP");
        assertThat(template.evaluate(session)).isEqualTo("t");
    }

    @Test
    void setAssignsInOrderAndOverridesAMap() {
        StreamConfig config = stream(
                List.of(map("$protocol", "mapped").otherwise("from map").build()),
                List.of(set("a", "1"), set("B", "${a}2"), set("a", "$b$a"), set("mapped", "from set")));
        VariableTable table = VariableTable.of(config);
        FakeSession session = new FakeSession(table);
        Template template = table.compile(template("$a $b $mapped"));
        assertThat(template.evaluate(new FakeSession(table))).isEqualTo("  from map");

        table.compileSets(config.servers().getFirst().sets()).forEach(set -> set.assign(session));
        assertThat(template.evaluate(session)).isEqualTo("121 12 from set");
    }

    @Test
    void captures() {
        VariableTable table = VariableTable.of(stream(
                map("$remote_addr", "net").regex("^(\\d+)\\.(?<rest_of>.*?)(x)?$", "$1|$3|$4|$rest_of").build()));
        FakeSession session = new FakeSession(table).with(REMOTE_ADDR, "10.1.2.3");
        Template template = table.compile(template("$rest_of;$net;$rest_of;$2"));
        assertThat(template.evaluate(session)).isEqualTo(";10|||1.2.3;1.2.3;1.2.3");
    }

    @Test
    void circlesOfSourcesAreRefused() {
        StreamConfig config = stream(
                map("$b", "a").build(), map("${c}x", "b").build(), map("$protocol$a", "c").build());
        assertThatThrownBy(() -> VariableTable.of(config))
                .isInstanceOf(InvalidVariableException.class)
                .hasMessage("cycle while evaluating variable \"a\": a -> b -> c -> a");
    }

    @Test
    void circlesThroughValuesEndAtRunTime() {
        VariableTable table = VariableTable.of(stream(
                map("$protocol", "a").exact("tcp", "[$b]").otherwise("none").build(),
                map("$protocol", "b").exact("tcp", "<$a>").otherwise("none").build()));
        FakeSession session = new FakeSession(table).with(PROTOCOL, "TCP");
        assertThat(table.compile(template("$a $a")).evaluate(session)).isEqualTo("[<>] [<>]");
        assertThat(evaluate(table, "$a")).isEqualTo("none");
    }

    @Test
    void expressionsThatDoNotCompileAreRefusedWithTheirPosition() {
        StreamConfig config = stream(map("$protocol", "a").exact("x", "y").regex("a(b", "c").build());
        assertThatThrownBy(() -> VariableTable.of(config))
                .isInstanceOfSatisfying(InvalidVariableException.class, e -> {
                    assertThat(e).hasMessage("missing closing parenthesis in \"a(b\" at 3");
                    assertThat(e.position().line()).isEqualTo(3);
                });
    }

    @Test
    void literalsAndSingleVariablesAllocateNothing() {
        VariableTable table = VariableTable.of(stream(map("$protocol", "kept").exact("tcp", "yes").build()));
        FakeSession session = new FakeSession(table).with(PROTOCOL, "TCP");
        Template literal = table.compile(template("abc"));
        Template own = table.compile(template("$protocol"));
        Template kept = table.compile(template("$kept"));
        int[] lengths = {0};
        assertThat(Allocations.bytes(100_000, () -> {
            lengths[0] += literal.evaluate(session).length();
            lengths[0] += own.evaluate(session).length();
            lengths[0] += kept.evaluate(session).length();
        })).isZero();
    }

    private static String evaluate(VariableTable table, String text) {
        return table.compile(template(text)).evaluate(new FakeSession(table));
    }
}

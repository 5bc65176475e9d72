package io.sluice.variable;

import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.sluice.config.model.HttpConfig;
import io.sluice.config.model.HttpProxyOptions;
import io.sluice.config.model.HttpProxyOptions.CookieFlags;
import io.sluice.config.model.HttpProxyOptions.CookieRule;
import io.sluice.config.model.LocationConfig.Match;
import io.sluice.config.model.Position;
import io.sluice.config.model.RewriteStep;
import io.sluice.session.FieldVariable;
import io.sluice.session.HttpVariable;

import static io.sluice.variable.Configs.map;
import static io.sluice.variable.Configs.template;
import static io.sluice.variable.HttpConfigs.location;
import static io.sluice.variable.HttpConfigs.rewrite;
import static io.sluice.variable.HttpConfigs.set;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class HttpVariableTableTest {

    /// Every place that can define a name has one.
    private static final HttpConfig EVERYWHERE = new HttpConfigs()
            .map(map("$uri", "mapped").regex("^/(?<of_map>a+)", "x").build())
            .name("^(?<of_name>.+)\\.example\\.com$")
            .step(set("Of_Server", "1"))
            .step(new RewriteStep.If(
                    Position.NONE,
                    new RewriteStep.Condition.Matches(template("$uri"), "^/(?<of_condition>.)", false, false),
                    location(new Match.Conditional(), List.of(set("of_if", "2"), rewrite("^(?<of_rewrite>.)", "/$of_if")))))
            .location(location(
                    new Match.Regex("^/(?<of_location>b+)", true), List.of(),
                    location(new Match.Exact("/c"), List.of(set("of_nested", "3")))))
            .proxy(HttpConfigs.proxy(
                    new HttpProxyOptions.Redirect.Rules(List.of(new HttpProxyOptions.RedirectRule.Regex(
                            Position.NONE, "^http://(?<of_redirect>[^/]+)", false, template("/")))),
                    List.of(new CookieRule(Position.NONE, template("(?<of_domain>x)"), true, true, template("y"))),
                    List.of(new CookieRule(Position.NONE, template("(?<of_path>x)"), true, true, template("y"))),
                    List.of(new CookieFlags(
                            Position.NONE, template("(?<of_flags>x)"), true, true, List.of(template("secure"))))))
            .build();

    private static final VariableTable TABLE = VariableTable.of(EVERYWHERE);

    @ParameterizedTest
    @ValueSource(strings = {
        "mapped", "of_map", "of_name", "of_server", "OF_SERVER", "of_condition", "of_if", "of_rewrite", "of_location",
        "of_nested", "of_redirect", "of_domain", "of_path", "of_flags"
    })
    void namesAreDefinedWhereverTheyCanBe(String name) {
        assertThat(TABLE.compile(template("$" + name)).evaluate(new FakeSession(TABLE))).isEmpty();
    }

    @Test
    void builtInNamesAreThoseOfHttp() {
        FakeSession exchange = new FakeSession(TABLE)
                .with(HttpVariable.REQUEST_METHOD, "GET")
                .with(new FieldVariable(FieldVariable.Family.HTTP, "user-agent"), "curl");
        assertThat(TABLE.compile(template("$request_method $http_user_agent")).evaluate(exchange)).isEqualTo("GET curl");
        assertThatThrownBy(() -> TABLE.compile(template("$protocol"))).hasMessage("unknown \"protocol\" variable");
    }

    @Test
    void setAssignsToSlotsAndToTheTwoThatMayBeChanged() {
        FakeSession exchange = new FakeSession(TABLE).with(HttpVariable.URI, "/x");
        Assignment own = TABLE.compileSet("of_server", template("[$uri]"), Position.NONE);
        ((SetVariable) own).assign(exchange);
        assertThat(TABLE.compile(template("$of_server")).evaluate(exchange)).isEqualTo("[/x]");

        assertThat(TABLE.compileSet("ARGS", template("a=$uri"), Position.NONE))
                .isInstanceOfSatisfying(Assignment.ToBuiltIn.class, to -> {
                    assertThat(to.variable()).isEqualTo(HttpVariable.ARGS);
                    assertThat(to.value().evaluate(exchange)).isEqualTo("a=/x");
                });
        assertThat(TABLE.compileSet("limit_rate", template("4k"), Position.NONE))
                .isInstanceOf(Assignment.ToBuiltIn.class);
        assertThatThrownBy(() -> TABLE.compileSet("host", template("x"), Position.NONE))
                .hasMessage("the duplicate \"host\" variable");
        assertThatThrownBy(() -> TABLE.compileSet("nobody", template("x"), Position.NONE))
                .hasMessage("unknown \"nobody\" variable");
    }

    @Test
    void aSetThatNamesABuiltInHidesNothing() {
        VariableTable table = VariableTable.of(new HttpConfigs().step(set("args", "x")).step(set("http_x", "y")).build());
        FakeSession exchange = new FakeSession(table).with(HttpVariable.ARGS, "real");
        assertThat(table.compile(template("$args")).evaluate(exchange)).isEqualTo("real");
        // A family's name becomes a variable of the configuration's own, as in nginx.
        ((SetVariable) table.compileSet("http_x", template("y"), Position.NONE)).assign(exchange);
        assertThat(table.compile(template("$http_x")).evaluate(exchange)).isEqualTo("y");
    }

    @Test
    void whatSetHasNotAssignedIsEmptyAndWhatNoGroupCapturedIsAbsent() {
        FakeSession exchange = new FakeSession(TABLE);
        assertThat(TABLE.compile(template("$of_server")).segments().getFirst().value(exchange)).isEmpty();
        assertThat(TABLE.compile(template("$of_location")).segments().getFirst().value(exchange)).isNull();
    }

    @Test
    void anExpressionGivesGroupsToTheSession() {
        CapturingExpression expression = TABLE.expression("/(?<of_location>b+)(c)?", true, Position.NONE);
        FakeSession exchange = new FakeSession(TABLE);
        Template template = TABLE.compile(template("$1|$2|$of_location"));
        assertThat(expression.matches("/none", exchange)).isFalse();
        assertThat(template.evaluate(exchange)).isEqualTo("||");
        RegularExpression.Match match = expression.match("xx/Bbcd", exchange);
        assertThat(match).isNotNull();
        assertThat(match.start()).isEqualTo(2);
        assertThat(match.end()).isEqualTo(6);
        assertThat(template.evaluate(exchange)).isEqualTo("Bb|c|Bb");

        assertThat(expression.matches("/none", exchange)).isFalse();
        assertThat(template.evaluate(exchange)).as("kept when nothing matches").isEqualTo("Bb|c|Bb");
        assertThat(TABLE.expression("(z)", false, Position.NONE).matches("z", exchange)).isTrue();
        assertThat(template.evaluate(exchange)).isEqualTo("z||Bb");
    }

    @Test
    void matchedRangesOfBacktrackingExpressions() {
        CapturingExpression expression = TABLE.expression("(?<=/)(a)(b)?", false, Position.NONE);
        FakeSession exchange = new FakeSession(TABLE);
        RegularExpression.Match match = expression.match("x/ac", exchange);
        assertThat(match).isNotNull();
        assertThat(match.start()).isEqualTo(2);
        assertThat(match.end()).isEqualTo(3);
        assertThat(match.group(2)).isEmpty();
    }

    @Test
    void anExpressionThatDoesNotCompileSaysWhere() {
        assertThatThrownBy(() -> TABLE.expression("a(", false, new Position("h.conf", 3, 9)))
                .isInstanceOfSatisfying(InvalidVariableException.class, e -> {
                    assertThat(e.position().line()).isEqualTo(3);
                    assertThat(e).hasMessageContaining("in \"a(\" at ");
                });
    }

    @Test
    void circlesAreRefusedUnlessASetComesBetween() {
        HttpConfigs circle = new HttpConfigs()
                .map(map("$a", "b").build()).map(map("$b", "a").build());
        assertThatThrownBy(() -> VariableTable.of(circle.build())).hasMessageContaining("cycle");
        VariableTable.of(circle.location(location(new Match.Exact("/"), List.of(set("a", "1")))).build());
    }
}

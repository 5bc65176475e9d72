package io.sluice.config.binding;

import java.util.HashSet;
import java.util.Set;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/// The tables agree with themselves.
class DirectiveTablesTest {

    @Test
    void noDirectiveHasTwoRowsInOneContext() {
        Set<String> seen = new HashSet<>();
        for (DirectiveSpec spec : DirectiveTables.ALL) {
            for (Context context : spec.contexts()) {
                assertThat(seen.add(spec.name() + " in " + context)).as(spec.name() + " in " + context).isTrue();
            }
        }
    }

    @Test
    void everyDocumentedRowSaysWhatItMeans() {
        assertThat(DirectiveTables.ALL)
                .filteredOn(spec -> spec.contexts().stream().allMatch(c -> c.compareTo(Context.MAIL) < 0))
                .hasSizeGreaterThan(350)
                .allSatisfy(spec -> assertThat(spec.meaning()).as(spec.name()).matches("[A-Z`].*\\."));
    }

    @Test
    void whatHasNoEffectSaysWhy() {
        assertThat(DirectiveTables.ALL)
                .filteredOn(spec -> spec.support() == Support.ACCEPTED_INERT)
                .hasSizeGreaterThan(20)
                .allSatisfy(spec -> assertThat(spec.reason()).as(spec.name()).endsWith("."));
    }

    @Test
    void everyDirectiveThatWorksHasCode() {
        assertThat(DirectiveTables.ALL)
                .filteredOn(spec -> spec.support() == Support.SUPPORTED)
                .allSatisfy(spec -> assertThat(spec.setter()).as(spec.name()).isNotSameAs(Setter.NONE));
    }

    @Test
    void directivesAreFoundByContext() {
        assertThat(DirectiveTables.find("server", Context.STREAM)).hasValueSatisfying(
                spec -> assertThat(spec.arity().block()).isTrue());
        assertThat(DirectiveTables.find("server", Context.STREAM_UPSTREAM)).hasValueSatisfying(
                spec -> assertThat(spec.arity().block()).isFalse());
        assertThat(DirectiveTables.find("server", Context.EVENTS)).isEmpty();
        assertThat(DirectiveTables.contextsOf("server")).contains(Context.STREAM, Context.STREAM_UPSTREAM);
    }

    @Test
    void namesOfThisContextAreSuggestedFirst() {
        assertThat(DirectiveTables.hint("sever", Context.STREAM)).hasValue("did you mean \"server\"?");
        assertThat(DirectiveTables.hint("worker_conections", Context.MAIN))
                .hasValue("did you mean \"worker_connections\"?");
        assertThat(DirectiveTables.hint("entirely_else", Context.MAIN)).isEmpty();
    }
}

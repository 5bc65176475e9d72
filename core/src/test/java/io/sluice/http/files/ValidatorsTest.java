package io.sluice.http.files;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.sluice.config.model.LocationOptions.FileOptions.IfModifiedSince;
import io.sluice.http.files.Validators.Verdict;

import static org.assertj.core.api.Assertions.assertThat;

/// Conditional requests, for a file of a known time and tag.
class ValidatorsTest {

    private static final long MODIFIED = 784111777;

    private static final String BEFORE = "Sun, 06 Nov 1994 08:49:36 GMT";

    private static final String SAME = "Sun, 06 Nov 1994 08:49:37 GMT";

    private static final String AFTER = "Sun, 06 Nov 1994 08:49:38 GMT";

    @Test
    void theTagIsTimeAndSizeInHexadecimal() {
        assertThat(Validators.entityTag(0x6b07049eL, 6)).isEqualTo("\"6b07049e-6\"");
        assertThat(Validators.entityTag(1, 0)).isEqualTo("\"1-0\"");
    }

    @ParameterizedTest
    @CsvSource(nullValues = "-", value = {
        "-, EXACT, SEND",
        "before, EXACT, SEND",
        "same, EXACT, NOT_MODIFIED",
        "after, EXACT, SEND",
        "before, BEFORE, SEND",
        "same, BEFORE, NOT_MODIFIED",
        "after, BEFORE, NOT_MODIFIED",
        "same, OFF, SEND",
        "nonsense, BEFORE, SEND",
    })
    void ifModifiedSince(@Nullable String since, IfModifiedSince mode, Verdict verdict) {
        assertThat(new Validators(date(since), null, null, null).verdict("\"a\"", MODIFIED, mode)).isEqualTo(verdict);
    }

    @ParameterizedTest
    @CsvSource(value = {
        "before, PRECONDITION_FAILED",
        "same, SEND",
        "after, SEND",
        "nonsense, PRECONDITION_FAILED",
    })
    void ifUnmodifiedSince(String since, Verdict verdict) {
        Validators validators = new Validators(null, date(since), null, null);
        assertThat(validators.verdict("\"a\"", MODIFIED, IfModifiedSince.EXACT)).isEqualTo(verdict);
    }

    @Test
    void withoutATimeNothingIsUnmodified() {
        assertThat(new Validators(null, AFTER, null, null).verdict(null, HttpDate.UNKNOWN, IfModifiedSince.EXACT))
                .isEqualTo(Verdict.PRECONDITION_FAILED);
        assertThat(new Validators(AFTER, null, null, null).verdict(null, HttpDate.UNKNOWN, IfModifiedSince.BEFORE))
                .isEqualTo(Verdict.SEND);
    }

    /// The list, the response's tag, whether `If-Match` and `If-None-Match` find it.
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', nullValues = "-", value = {
        "*| \"a\"| true| true",
        "*| -| true| true",
        "\"a\"| -| false| false",
        "\"a\"| \"a\"| true| true",
        "\"b\"| \"a\"| false| false",
        "\"b\", \"a\"| \"a\"| true| true",
        "\"b\" ,,\t\"a\" , \"c\"| \"a\"| true| true",
        "\"a\"x, \"b\"| \"a\"| false| false",
        "\"a\"x, \"a\"| \"a\"| true| true",
        "W/\"a\"| \"a\"| false| true",
        "\"a\"| W/\"a\"| false| true",
        "W/\"a\"| W/\"a\"| true| true",
        "\"b\", W/\"a\"| \"a\"| false| true",
        "W/| \"a\"| false| false",
        "a| \"a\"| false| false",
        "*, \"b\"| \"a\"| false| false",
    })
    void listsOfTags(String list, @Nullable String tag, boolean strong, boolean weak) {
        assertThat(new Validators(null, null, list, null).verdict(tag, MODIFIED, IfModifiedSince.EXACT))
                .isEqualTo(strong ? Verdict.SEND : Verdict.PRECONDITION_FAILED);
        assertThat(new Validators(null, null, null, list).verdict(tag, MODIFIED, IfModifiedSince.EXACT))
                .isEqualTo(weak ? Verdict.NOT_MODIFIED : Verdict.SEND);
    }

    @Test
    void dateAndTagMustAgreeThatNothingChanged() {
        assertThat(new Validators(SAME, null, null, "\"b\"").verdict("\"a\"", MODIFIED, IfModifiedSince.EXACT))
                .isEqualTo(Verdict.SEND);
        assertThat(new Validators(BEFORE, null, null, "\"a\"").verdict("\"a\"", MODIFIED, IfModifiedSince.EXACT))
                .isEqualTo(Verdict.SEND);
        assertThat(new Validators(SAME, null, null, "\"a\"").verdict("\"a\"", MODIFIED, IfModifiedSince.EXACT))
                .isEqualTo(Verdict.NOT_MODIFIED);
    }

    @Test
    void aFailedPreconditionCountsFirst() {
        assertThat(new Validators(SAME, BEFORE, null, null).verdict("\"a\"", MODIFIED, IfModifiedSince.EXACT))
                .isEqualTo(Verdict.PRECONDITION_FAILED);
    }

    private static @Nullable String date(@Nullable String word) {
        return word == null ? null : switch (word) {
            case "before" -> BEFORE;
            case "same" -> SAME;
            case "after" -> AFTER;
            default -> word;
        };
    }
}

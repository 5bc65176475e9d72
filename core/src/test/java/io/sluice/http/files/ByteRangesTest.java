package io.sluice.http.files;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.OptionalInt;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.sluice.http.files.RangeAnswer.Multiple;
import io.sluice.http.files.RangeAnswer.NotSatisfiable;
import io.sluice.http.files.RangeAnswer.Part;
import io.sluice.http.files.RangeAnswer.Single;
import io.sluice.http.files.RangeAnswer.Whole;

import static org.assertj.core.api.Assertions.assertThat;

/// Ranges of a response of 100 bytes.
class ByteRangesTest {

    private static final ByteRanges.Response RESPONSE =
            new ByteRanges.Response(100, "text/plain", "\"a\"", 784111777);

    /// `whole`, `416`, or the ranges as offset+length.
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "bytes=0-9| 0+10",
        "BYTES=0-9| 0+10",
        "bytes=0-| 0+100",
        "bytes=99-| 99+1",
        "bytes=100-| 416",
        "bytes=5-200| 5+95",
        "bytes=5-9223372036854775807| 5+95",
        "bytes=5-9223372036854775808| 416",
        "bytes=-1| 99+1",
        "bytes=-100| 0+100",
        "bytes=-500| 0+100",
        "bytes=-0| 416",
        "bytes=9-5| 416",
        "bytes=0-0| 0+1",
        "bytes= 1 - 2 | 1+2",
        "bytes=1 2-3| 416",
        "bytes=1-2x| 416",
        "bytes=x| 416",
        "bytes=,| 416",
        "bytes=1| 416",
        "bytes=| whole",
        "bytes| whole",
        "items=0-9| whole",
        "bytes=0-9,20-29| 0+10 20+10",
        "bytes=0-9 , -5| 0+10 95+5",
        "bytes=200-,0-9| 0+10",
        "bytes=0-9,200-300| 0+10",
        "bytes=0-9,| 416",
        "bytes=0-9,x| 416",
        "bytes=0-9,5-14| 0+10 5+10",
        "bytes=0-,0-| whole",
        "bytes=0-59,30-99| whole",
        "bytes=0-59,30-99,x| 416",
        "bytes=0-49,50-99| 0+50 50+50",
    })
    void ranges(String range, String expected) {
        assertThat(tell(ask(range, null, RESPONSE, OptionalInt.empty()))).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "bytes=0-0| 1| 0+1",
        "bytes=0-0,2-2| 1| whole",
        "bytes=0-0,2-2| 2| 0+1 2+1",
        "bytes=0-0,200-| 1| 0+1",
        "bytes=0-0,2-2,x| 1| whole",
        "bytes=0-0| 0| whole",
    })
    void limited(String range, int allowed, String expected) {
        assertThat(tell(ask(range, null, RESPONSE, OptionalInt.of(allowed)))).isEqualTo(expected);
    }

    @Test
    void whereRangesAreOffNothingIsPromised() {
        assertThat(ask("bytes=0-0", null, RESPONSE, OptionalInt.of(0))).isEqualTo(new Whole(false));
        assertThat(ask(null, null, RESPONSE, OptionalInt.empty())).isEqualTo(new Whole(true));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "\"a\"| 0+1",
        "\"b\"| whole",
        "W/\"a\"| whole",
        "Sun, 06 Nov 1994 08:49:37 GMT| 0+1",
        "Sun, 06 Nov 1994 08:49:38 GMT| whole",
        "Sun, 06 Nov 1994 08:49:36 GMT| whole",
        "nonsense| whole",
        "\"| whole",
    })
    void onlyOfTheSame(String ifRange, String expected) {
        assertThat(tell(ask("bytes=0-0", ifRange, RESPONSE, OptionalInt.empty()))).isEqualTo(expected);
    }

    @Test
    void nothingIsTheSameAsAResponseWithoutValidators() {
        ByteRanges.Response bare = new ByteRanges.Response(100, "", null, HttpDate.UNKNOWN);
        assertThat(tell(ask("bytes=0-0", "\"a\"", bare, OptionalInt.empty()))).isEqualTo("whole");
        assertThat(tell(ask("bytes=0-0", "nonsense", bare, OptionalInt.empty()))).isEqualTo("whole");
    }

    @Test
    void anEmptyResponseHasNoRange() {
        ByteRanges.Response empty = new ByteRanges.Response(0, "", null, HttpDate.UNKNOWN);
        assertThat(tell(ask("bytes=0-0", null, empty, OptionalInt.empty()))).isEqualTo("whole");
        assertThat(tell(ask("bytes=-5", null, empty, OptionalInt.empty()))).isEqualTo("whole");
        assertThat(tell(ask("bytes=1-", null, empty, OptionalInt.empty()))).isEqualTo("416");
    }

    @Test
    void whatIsSaidOfOneRange() {
        assertThat(ask("bytes=10-19", null, RESPONSE, OptionalInt.empty()))
                .isEqualTo(new Single(10, 10, "bytes 10-19/100"));
        assertThat(ask("bytes=100-", null, RESPONSE, OptionalInt.empty()))
                .isEqualTo(new NotSatisfiable("bytes */100"));
    }

    @Test
    void severalRangesHaveHeads() {
        Multiple answer = (Multiple) ask("bytes=0-1,-2", null, RESPONSE, OptionalInt.empty());
        assertThat(answer.contentType()).isEqualTo("multipart/byteranges; boundary=00000000000000000007");
        assertThat(answer.parts().stream().map(part -> text(part.head()))).containsExactly(
                "\r\n--00000000000000000007\r\nContent-Type: text/plain\r\nContent-Range: bytes 0-1/100\r\n\r\n",
                "\r\n--00000000000000000007\r\nContent-Type: text/plain\r\nContent-Range: bytes 98-99/100\r\n\r\n");
        assertThat(text(answer.end())).isEqualTo("\r\n--00000000000000000007--\r\n");
        long length = answer.end().length;
        for (Part part : answer.parts()) {
            length += part.head().length + part.length();
        }
        assertThat(answer.contentLength()).isEqualTo(length);
    }

    @Test
    void aBoundaryIsUnsigned() {
        Multiple answer = (Multiple) new ByteRanges("bytes=0-1,-2", null).answer(RESPONSE, OptionalInt.empty(), -1);
        assertThat(answer.contentType()).isEqualTo("multipart/byteranges; boundary=18446744073709551615");
    }

    @Test
    void withoutATypeTheHeadsHaveNone() {
        ByteRanges.Response bare = new ByteRanges.Response(100, "", null, HttpDate.UNKNOWN);
        Multiple answer = (Multiple) ask("bytes=0-1,-2", null, bare, OptionalInt.empty());
        assertThat(text(answer.parts().getFirst().head()))
                .isEqualTo("\r\n--00000000000000000007\r\nContent-Range: bytes 0-1/100\r\n\r\n");
    }

    private static RangeAnswer ask(
            @Nullable String range, @Nullable String ifRange, ByteRanges.Response response, OptionalInt allowed) {
        return new ByteRanges(range, ifRange).answer(response, allowed, 7);
    }

    private static String tell(RangeAnswer answer) {
        return switch (answer) {
            case Whole _ -> "whole";
            case NotSatisfiable _ -> "416";
            case Single single -> single.offset() + "+" + single.length();
            case Multiple multiple -> String.join(" ", parts(multiple.parts()));
        };
    }

    private static List<String> parts(List<Part> parts) {
        return parts.stream().map(part -> part.offset() + "+" + part.length()).toList();
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }
}

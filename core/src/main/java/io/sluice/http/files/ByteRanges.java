package io.sluice.http.files;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

import org.jspecify.annotations.Nullable;

/// What a request wants of a response: `Range` and `If-Range`. Immutable.
///
/// Asked for successful responses (200) of known length to HTTP/1.0 or later only, and after [Validators].
///
/// @param range the field's value; null when the request has none
/// @param ifRange the field's value; null when the request has none
public record ByteRanges(@Nullable String range, @Nullable String ifRange) {

    private static final String UNIT = "bytes=";

    // As many as the greatest unsigned number has.
    private static final int BOUNDARY_DIGITS = 20;

    /// The response.
    ///
    /// @param size its length
    /// @param contentType its type; may be empty
    /// @param entityTag null when it has none
    /// @param modified its `Last-Modified`, or [HttpDate#UNKNOWN]
    public record Response(long size, String contentType, @Nullable String entityTag, long modified) {}

    private record Slice(long start, long end) {}

    /// Decides.
    ///
    /// @param maxRanges `max_ranges`
    /// @param boundary a number that no other response has at the same time; separates several ranges
    public RangeAnswer answer(Response response, OptionalInt maxRanges, long boundary) {
        int allowed = maxRanges.orElse(Integer.MAX_VALUE);
        if (allowed == 0) {
            return new RangeAnswer.Whole(false);
        }
        if (range == null || range.length() <= UNIT.length() || !range.regionMatches(true, 0, UNIT, 0, UNIT.length())) {
            return new RangeAnswer.Whole(true);
        }
        if (ifRange != null && !isSame(ifRange, response)) {
            return new RangeAnswer.Whole(true);
        }
        List<Slice> slices = new ArrayList<>(1);
        return switch (parse(range, response.size(), allowed, slices)) {
            case WHOLE -> new RangeAnswer.Whole(true);
            case NOT_SATISFIABLE -> new RangeAnswer.NotSatisfiable("bytes */" + response.size());
            case PARTIAL -> slices.size() == 1
                    ? single(slices.getFirst(), response.size())
                    : multiple(slices, response, boundary);
        };
    }

    /// Whether the response is the one that the requester has a part of.
    private static boolean isSame(String ifRange, Response response) {
        if (ifRange.length() >= 2 && ifRange.endsWith("\"")) {
            return ifRange.equals(response.entityTag());
        }
        return response.modified() != HttpDate.UNKNOWN && HttpDate.parse(ifRange) == response.modified();
    }

    private enum Parsed {
        WHOLE,
        PARTIAL,
        NOT_SATISFIABLE
    }

    /// Malformed is not satisfiable; ranges that are too many, or more bytes together than there are, are not served
    /// apart: the response is sent as a whole.
    private static Parsed parse(String range, long size, int allowed, List<Slice> slices) {
        TextCursor cursor = new TextCursor(range, UNIT.length());
        long left = size;
        do {
            Slice slice = slice(cursor, size);
            if (slice == null) {
                return Parsed.NOT_SATISFIABLE;
            }
            if (slice.start() < slice.end()) {
                if (slices.size() == allowed) {
                    return Parsed.WHOLE;
                }
                slices.add(slice);
                if (left >= 0) {
                    left -= slice.end() - slice.start();
                }
            } else if (slice.start() == 0) {
                return Parsed.WHOLE;
            }
        } while (cursor.next() == ',');
        if (slices.isEmpty()) {
            return Parsed.NOT_SATISFIABLE;
        }
        return left < 0 ? Parsed.WHOLE : Parsed.PARTIAL;
    }

    /// One range up to the comma or the end; its end may be before its start. Null: malformed.
    private static @Nullable Slice slice(TextCursor cursor, long size) {
        cursor.skipSpaces();
        if (cursor.take('-')) {
            long length = cursor.number();
            return length < 0 || !atEnd(cursor) ? null : new Slice(Math.max(size - length, 0), size);
        }
        long start = cursor.number();
        cursor.skipSpaces();
        if (start < 0 || !cursor.take('-')) {
            return null;
        }
        if (atEnd(cursor)) {
            return new Slice(start, size);
        }
        long last = cursor.number();
        return last < 0 || !atEnd(cursor) ? null : new Slice(start, last >= size ? size : last + 1);
    }

    private static boolean atEnd(TextCursor cursor) {
        cursor.skipSpaces();
        return cursor.peek() == ',' || cursor.peek() == 0;
    }

    private static RangeAnswer single(Slice slice, long size) {
        return new RangeAnswer.Single(slice.start(), slice.end() - slice.start(), "bytes " + contentRange(slice, size));
    }

    private static RangeAnswer multiple(List<Slice> slices, Response response, long boundary) {
        String digits = Long.toUnsignedString(boundary);
        String separator = "0".repeat(BOUNDARY_DIGITS - digits.length()) + digits;
        StringBuilder common = new StringBuilder("\r\n--").append(separator).append("\r\n");
        if (!response.contentType().isEmpty()) {
            common.append("Content-Type: ").append(response.contentType()).append("\r\n");
        }
        common.append("Content-Range: bytes ");
        byte[] end = bytes("\r\n--" + separator + "--\r\n");
        long length = end.length;
        List<RangeAnswer.Part> parts = new ArrayList<>(slices.size());
        for (Slice slice : slices) {
            byte[] head = bytes(common + contentRange(slice, response.size()) + "\r\n\r\n");
            long count = slice.end() - slice.start();
            parts.add(new RangeAnswer.Part(head, slice.start(), count));
            length += head.length + count;
        }
        return new RangeAnswer.Multiple("multipart/byteranges; boundary=" + separator, length, parts, end);
    }

    private static String contentRange(Slice slice, long size) {
        return slice.start() + "-" + (slice.end() - 1) + "/" + size;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}

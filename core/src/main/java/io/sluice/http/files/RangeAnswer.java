package io.sluice.http.files;

import java.util.List;

/// Which bytes of a response are sent, as [ByteRanges] found. Immutable.
public sealed interface RangeAnswer {

    /// All of them, with 200.
    ///
    /// @param acceptRanges `Accept-Ranges: bytes` is sent
    record Whole(boolean acceptRanges) implements RangeAnswer {}

    /// 206 with one range.
    ///
    /// @param contentRange the value of `Content-Range`
    record Single(long offset, long length, String contentRange) implements RangeAnswer {}

    /// 206 with several, each behind a head of its own.
    ///
    /// @param contentType takes the place of the file's, which is in the heads
    /// @param contentLength all heads, all ranges and the end
    /// @param end what closes the body
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Multiple(String contentType, long contentLength, List<Part> parts, byte[] end) implements RangeAnswer {

        public Multiple {
            parts = List.copyOf(parts);
        }
    }

    /// 416: an error without any of the file's fields.
    ///
    /// @param contentRange the value of `Content-Range`
    record NotSatisfiable(String contentRange) implements RangeAnswer {}

    /// One of several ranges.
    ///
    /// @param head precedes the bytes
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Part(byte[] head, long offset, long length) {}
}

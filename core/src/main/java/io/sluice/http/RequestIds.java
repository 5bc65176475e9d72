package io.sluice.http;

import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;

/// Makes values of `$request_id`: 128 random bits that tell requests apart, and keep no secret. Thread-safe.
final class RequestIds {

    private static final HexFormat HEX = HexFormat.of();

    private RequestIds() {}

    static String next() {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        return HEX.toHexDigits(random.nextLong()) + HEX.toHexDigits(random.nextLong());
    }
}

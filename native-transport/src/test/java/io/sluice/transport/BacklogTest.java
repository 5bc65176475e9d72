package io.sluice.transport;

import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import io.sluice.transport.linux.LinuxCalls;
import io.sluice.transport.linux.NativeMemory;

import static org.assertj.core.api.Assertions.assertThat;

class BacklogTest {

    private final LinuxCalls linux = new LinuxCalls();

    private final Backlog backlog = new Backlog();

    @AfterEach
    void free() {
        backlog.free(linux);
    }

    /// Against a text that goes through the same operations.
    @Test
    void behavesAsAQueueThatAlsoTakesAtTheFront() {
        SplittableRandom random = new SplittableRandom(7);
        StringBuilder expected = new StringBuilder();
        long piece = NativeMemory.allocateForever(50_000, 1);
        for (int i = 0; i < 3000; i++) {
            int count = random.nextInt(i % 100 == 0 ? 50_000 : 900);
            String text = randomText(random, count);
            NativeMemory.put(piece, text.getBytes(StandardCharsets.ISO_8859_1), 0, count);
            switch (random.nextInt(5)) {
                case 0, 1 -> {
                    backlog.append(linux, piece, count);
                    expected.append(text);
                }
                case 2 -> {
                    backlog.prepend(linux, piece, count);
                    expected.insert(0, text);
                }
                default -> {
                    int consumed = Math.min(count * 2, expected.length());
                    backlog.consume(consumed);
                    expected.delete(0, consumed);
                }
            }
            assertThat(backlog.length()).isEqualTo(expected.length());
            assertThat(content()).isEqualTo(expected.toString());
        }
        assertThat(backlog.capacity()).isGreaterThanOrEqualTo(backlog.length());
    }

    @Test
    void holdsNoMemoryUntilItIsUsed() {
        assertThat(backlog.capacity()).isZero();
        assertThat(backlog.length()).isZero();
    }

    private String content() {
        byte[] bytes = new byte[backlog.length()];
        if (bytes.length > 0) {
            NativeMemory.get(backlog.address(), bytes, 0, bytes.length);
        }
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    private static String randomText(SplittableRandom random, int count) {
        StringBuilder text = new StringBuilder(count);
        for (int i = 0; i < count; i++) {
            text.append((char) ('a' + random.nextInt(26)));
        }
        return text.toString();
    }
}

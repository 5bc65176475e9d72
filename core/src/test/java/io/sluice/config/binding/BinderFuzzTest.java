package io.sluice.config.binding;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import io.sluice.config.syntax.BrokenConfig;
import io.sluice.config.syntax.Diagnostic;
import io.sluice.config.syntax.Severity;

import static org.assertj.core.api.Assertions.assertThat;

/// Whatever is written, the binder answers with a configuration or with errors that say where, never with an exception.
class BinderFuzzTest {

    private static final int TEXTS = 3000;

    @Test
    void configurationsMixedFromTheWordsOfAllOthers() throws IOException {
        List<String> texts = new ArrayList<>();
        for (BrokenConfig broken : Stream.of("1", "2").flatMap(BrokenConfig::named).toList()) {
            texts.add(Files.readString(broken.file()));
        }
        List<String> words = texts.stream().flatMap(text -> Stream.of(text.split("[\\s;{}]+"))).distinct().toList();
        Random random = new Random(20251122);
        for (int i = 0; i < TEXTS; i++) {
            String text = mixed(texts.get(random.nextInt(texts.size())), words, random);
            Bound bound = Bound.of(text);

            boolean errors = bound.diagnostics().stream().anyMatch(d -> d.severity() == Severity.ERROR);
            assertThat(bound.result().isPresent()).as(text).isEqualTo(!errors);
            assertThat(bound.diagnostics()).as(text).allSatisfy(BinderFuzzTest::saysWhere);
        }
    }

    /// The text with a few words replaced by words of other texts.
    private static String mixed(String text, List<String> words, Random random) {
        String[] parts = text.split("(?<=[\\s;{}])|(?=[;{}])");
        for (int i = 0; i <= random.nextInt(4); i++) {
            int at = random.nextInt(parts.length);
            boolean blank = parts[at].isBlank() || parts[at].matches("[;{}]");
            parts[at] = (blank ? parts[at] : "") + words.get(random.nextInt(words.size())) + " ";
        }
        return String.join("", parts);
    }

    private static void saysWhere(Diagnostic diagnostic) {
        assertThat(diagnostic.length()).isPositive();
        assertThat(diagnostic.message()).isNotBlank();
        assertThat(diagnostic.code()).matches("[a-z]+(-[a-z]+)*");
    }
}

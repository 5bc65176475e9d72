package io.sluice.variable;

import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.sluice.config.model.Position;
import io.sluice.config.model.SplitClientsConfig;
import io.sluice.config.model.SplitClientsConfig.Part;
import io.sluice.config.model.StreamConfig;
import io.sluice.session.StreamVariable;

import static io.sluice.variable.Configs.template;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

class SplitVariableTest {

    private static VariableTable table(Part... parts) {
        SplitClientsConfig split =
                new SplitClientsConfig(Position.NONE, template("$server_name"), "variant", List.of(parts));
        return VariableTable.of(
                new StreamConfig(List.of(), Map.of(), List.of(), List.of(), List.of(split), List.of(), Map.of()));
    }

    private static String choose(VariableTable table, String key) {
        FakeSession session = new FakeSession(table).with(StreamVariable.SERVER_NAME, key);
        return table.compile(template("$variant")).evaluate(session);
    }

    private static Part part(int hundredths, String value) {
        return new Part(Position.NONE, hundredths, value);
    }

    /// Values of other implementations of the same hash.
    @ParameterizedTest
    @CsvSource({"'', 0", "a, 92685f5e", "abc, 13577c9b", "'hello, world', 4b4c9d80"})
    void hashes(String text, String hexadecimal) {
        assertThat(Integer.toHexString(MurmurHash2.hash(text))).isEqualTo(hexadecimal);
    }

    @Test
    void sharesAreAsLargeAsTheyAreWritten() {
        VariableTable table = table(part(50, "a"), part(2000, "b"), part(0, "rest"));
        int[] counts = new int[3];
        int clients = 100_000;
        for (int i = 0; i < clients; i++) {
            counts[List.of("a", "b", "rest").indexOf(choose(table, "10.0." + i / 256 + "." + i % 256))]++;
        }
        assertThat(counts[0]).isCloseTo(clients / 200, within(clients / 1000));
        assertThat(counts[1]).isCloseTo(clients / 5, within(clients / 100));
    }

    @Test
    void theRestMayBeEmptyAndAllMayBeOne() {
        assertThat(choose(table(part(1, "never")), "x")).isEmpty();
        assertThat(choose(table(part(10_000, "all")), "x")).isEqualTo("all");
        assertThat(choose(table(part(0, "rest"), part(10_000, "unreachable")), "x")).isEqualTo("rest");
    }
}

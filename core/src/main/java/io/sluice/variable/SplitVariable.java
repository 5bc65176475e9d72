package io.sluice.variable;

import java.util.List;

import io.sluice.config.model.SplitClientsConfig;
import io.sluice.config.model.SplitClientsConfig.Part;

/// One `split_clients`, compiled. Immutable.
///
/// The key's hash, 32 bits, falls into one of the parts; what falls into none is empty. Thresholds and hash are nginx's, so
/// that the same client gets the same value from both.
final class SplitVariable implements ComputedVariable {

    private static final long HASHES = 0xffffffffL;

    private static final int HUNDREDTHS = 10_000;

    private final Template key;

    // A hash below limits[i] has values[i].
    private final long[] limits;

    private final List<String> values;

    SplitVariable(SplitClientsConfig config, VariableTable table) {
        this.key = table.compile(config.key());
        this.values = config.parts().stream().map(part -> ByteText.of(part.value())).toList();
        this.limits = new long[values.size()];
        long limit = 0;
        for (int i = 0; i < limits.length; i++) {
            Part part = config.parts().get(i);
            limit += part.hundredths() * HASHES / HUNDREDTHS;
            limits[i] = part.hundredths() == 0 ? Long.MAX_VALUE : limit;
        }
    }

    @Override
    public boolean isVolatile() {
        return false;
    }

    @Override
    public String evaluate(VariableSource session) {
        long hash = Integer.toUnsignedLong(MurmurHash2.hash(key.evaluate(session)));
        for (int i = 0; i < limits.length; i++) {
            if (hash < limits[i]) {
                return values.get(i);
            }
        }
        return "";
    }
}

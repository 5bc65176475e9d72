package io.sluice.config.binding;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;

/// `worker_cpu_affinity` as written: masks, and whether workers take one processor each from the last. Immutable.
record CpuAffinity(Directive directive, List<BitSet> masks, boolean auto) {

    /// CPU_SETSIZE of Linux.
    private static final int MOST_PROCESSORS = 1024;

    CpuAffinity {
        masks = List.copyOf(masks);
    }

    /// Reads the arguments; absent, and reported, when they are wrong.
    static Optional<CpuAffinity> read(Directive directive) {
        boolean auto = "auto".equals(directive.text(0));
        if (auto && directive.count() > 2) {
            directive.error("wrong-number-of-arguments", directive.nameFragment(),
                    "invalid number of arguments in \"worker_cpu_affinity\" directive");
            return Optional.empty();
        }
        List<BitSet> masks = new ArrayList<>();
        for (Fragment argument : directive.argumentsFrom(auto ? 1 : 0)) {
            Optional<BitSet> mask = mask(directive, argument);
            if (mask.isEmpty()) {
                return Optional.empty();
            }
            masks.add(mask.get());
        }
        if (masks.isEmpty()) {
            BitSet all = new BitSet();
            all.set(0, directive.run().environment().availableProcessors());
            masks.add(all);
        }
        return Optional.of(new CpuAffinity(directive, masks, auto));
    }

    private static Optional<BitSet> mask(Directive directive, Fragment argument) {
        String text = argument.text();
        BitSet mask = new BitSet();
        int processor = 0;
        for (int i = text.length() - 1; i >= 0; i--) {
            char c = text.charAt(i);
            if (c == ' ') {
                continue;
            }
            if (c != '0' && c != '1') {
                directive.error("invalid-value", argument.part(i, i + 1),
                        "invalid character \"" + c + "\" in \"worker_cpu_affinity\"");
                return Optional.empty();
            }
            mask.set(processor++, c == '1');
        }
        if (processor > MOST_PROCESSORS) {
            directive.error("invalid-value", argument,
                    "\"worker_cpu_affinity\" supports up to " + MOST_PROCESSORS + " CPUs only");
            return Optional.empty();
        }
        return Optional.of(mask);
    }

    /// A mask for each worker.
    List<BitSet> forWorkers(int workers) {
        List<BitSet> result = new ArrayList<>();
        for (int worker = 0; worker < workers; worker++) {
            result.add(auto ? single(masks.getLast(), worker) : masks.get(Math.min(worker, masks.size() - 1)));
        }
        return result;
    }

    /// Warns when nginx would: masks are given one by one, and not as many as there are workers.
    void checkCount(int workers) {
        if (!auto && masks.size() != workers) {
            directive.warning("affinity-count", directive.nameFragment(),
                    "the number of \"worker_processes\" is not equal to the number of \"worker_cpu_affinity\" masks,"
                            + " using last mask for remaining worker processes");
        }
    }

    private static BitSet single(BitSet mask, int worker) {
        int[] processors = mask.stream().toArray();
        BitSet result = new BitSet();
        if (processors.length > 0) {
            result.set(processors[worker % processors.length]);
        }
        return result;
    }
}

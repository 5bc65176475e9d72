package io.sluice.route;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;

/// Rules about networks, compiled to disjoint address ranges that are searched by halves. Immutable.
///
/// Addresses are 128-bit unsigned numbers in two halves; an IPv4 table uses the lower 32 bits. Networks nest or are apart,
/// they never overlap in part, so one pass over their ends in order, with the enclosing ones on a stack, finds the rule that
/// comes first for every address.
final class NetworkTable {

    /// Who is meant by the first and the last address, both included.
    record Rule(long firstHigh, long firstLow, long lastHigh, long lastLow, boolean allow) {

        /// The IPv4 addresses that share `prefixLength` bits with `network`.
        static Rule ipv4(int network, int prefixLength, boolean allow) {
            int host = prefixLength == 0 ? -1 : (int) (0xffffffffL >>> prefixLength);
            return new Rule(0, Integer.toUnsignedLong(network & ~host), 0, Integer.toUnsignedLong(network | host), allow);
        }

        /// The IPv6 addresses that share `prefixLength` bits with the network of these halves.
        static Rule ipv6(long high, long low, int prefixLength, boolean allow) {
            long hostHigh = prefixLength >= Long.SIZE ? 0 : -1L >>> prefixLength;
            long hostLow = prefixLength <= Long.SIZE ? -1L
                    : prefixLength == 2 * Long.SIZE ? 0 : -1L >>> (prefixLength - Long.SIZE);
            return new Rule(high & ~hostHigh, low & ~hostLow, high | hostHigh, low | hostLow, allow);
        }
    }

    /// A rule with its place in the configuration; while it is on the stack, `decisive` is the earliest of it and those
    /// around it.
    private record Open(Rule rule, int decisive) {}

    // Where each range begins; the first begins at 0. A range ends where the next begins.
    private final long[] highs;

    private final long[] lows;

    private final boolean[] admitted;

    private final boolean empty;

    NetworkTable(List<Rule> rules) {
        this.empty = rules.isEmpty();
        Ranges ranges = new Ranges(rules);
        ranges.sweep();
        int count = ranges.starts.size();
        this.highs = new long[count];
        this.lows = new long[count];
        this.admitted = new boolean[count];
        for (int i = 0; i < count; i++) {
            highs[i] = ranges.starts.get(i).high;
            lows[i] = ranges.starts.get(i).low;
            admitted[i] = ranges.starts.get(i).admitted;
        }
    }

    /// Whether there are no rules at all.
    boolean isEmpty() {
        return empty;
    }

    boolean admits(long high, long low) {
        int from = 0;
        int to = highs.length - 1;
        while (from < to) {
            int middle = (from + to + 1) >>> 1;
            if (compare(highs[middle], lows[middle], high, low) <= 0) {
                from = middle;
            } else {
                to = middle - 1;
            }
        }
        return admitted[from];
    }

    private static int compare(long high, long low, long otherHigh, long otherLow) {
        int order = Long.compareUnsigned(high, otherHigh);
        return order != 0 ? order : Long.compareUnsigned(low, otherLow);
    }

    /// The pass that turns rules into ranges. Used during start-up only.
    private static final class Ranges {

        private record Start(long high, long low, boolean admitted) {}

        private final List<Start> starts = new ArrayList<>();

        private final Deque<Open> enclosing = new ArrayDeque<>();

        private final List<Rule> rules;

        Ranges(List<Rule> rules) {
            this.rules = rules;
        }

        void sweep() {
            begin(0, 0, true);
            List<Integer> order = new ArrayList<>();
            for (int i = 0; i < rules.size(); i++) {
                order.add(i);
            }
            Collections.sort(order, Comparator.comparing(rules::get, Ranges::outerFirst));
            for (int index : order) {
                Rule rule = rules.get(index);
                closeBefore(rule);
                Open around = enclosing.peek();
                int decisive = around == null ? index : Math.min(around.decisive(), index);
                enclosing.push(new Open(rule, decisive));
                begin(rule.firstHigh(), rule.firstLow(), rules.get(decisive).allow());
            }
            while (!enclosing.isEmpty()) {
                closeInnermost();
            }
        }

        private static int outerFirst(Rule one, Rule other) {
            int order = compare(one.firstHigh(), one.firstLow(), other.firstHigh(), other.firstLow());
            return order != 0 ? order : compare(other.lastHigh(), other.lastLow(), one.lastHigh(), one.lastLow());
        }

        private void closeBefore(Rule rule) {
            for (Open open = enclosing.peek(); open != null; open = enclosing.peek()) {
                if (compare(open.rule().lastHigh(), open.rule().lastLow(), rule.firstHigh(), rule.firstLow()) >= 0) {
                    return;
                }
                closeInnermost();
            }
        }

        /// After a network's last address the one around it decides again.
        private void closeInnermost() {
            Rule closed = enclosing.pop().rule();
            long low = closed.lastLow() + 1;
            long high = closed.lastHigh() + (low == 0 ? 1 : 0);
            if (high == 0 && low == 0) {
                return;
            }
            Open around = enclosing.peek();
            begin(high, low, around == null || rules.get(around.decisive()).allow());
        }

        /// What begins at the same address as the range before replaces it; what decides the same continues it.
        private void begin(long high, long low, boolean admitted) {
            if (!starts.isEmpty() && starts.getLast().high == high && starts.getLast().low == low) {
                starts.removeLast();
            }
            if (starts.isEmpty() || starts.getLast().admitted != admitted) {
                starts.add(new Start(high, low, admitted));
            }
        }
    }
}

package io.sluice.network;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;

/// Values of networks, compiled to disjoint address ranges that are searched by halves. Immutable.
///
/// Addresses are 128-bit unsigned numbers in two halves; an IPv4 table uses the lower 32 bits. Networks nest or are apart,
/// they never overlap in part, so one pass over their ends in order, with the enclosing ones on a stack, finds the rule that
/// decides for every address.
///
/// @param <V> what a network has
final class NetworkTable<V> {

    /// Who is meant by the first and the last address, both included.
    record Rule<V>(long firstHigh, long firstLow, long lastHigh, long lastLow, V value) {

        /// The IPv4 addresses that share `prefixLength` bits with `network`.
        static <V> Rule<V> ipv4(int network, int prefixLength, V value) {
            int host = prefixLength == 0 ? -1 : (int) (0xffffffffL >>> prefixLength);
            return new Rule<>(
                    0, Integer.toUnsignedLong(network & ~host), 0, Integer.toUnsignedLong(network | host), value);
        }

        /// The IPv6 addresses that share `prefixLength` bits with the network of these halves.
        static <V> Rule<V> ipv6(long high, long low, int prefixLength, V value) {
            long hostHigh = prefixLength >= Long.SIZE ? 0 : -1L >>> prefixLength;
            long hostLow = prefixLength <= Long.SIZE ? -1L
                    : prefixLength == 2 * Long.SIZE ? 0 : -1L >>> (prefixLength - Long.SIZE);
            return new Rule<>(high & ~hostHigh, low & ~hostLow, high | hostHigh, low | hostLow, value);
        }
    }

    /// A rule while it is on the stack; `decisive` is the place of the rule that decides inside of it.
    private record Open<V>(Rule<V> rule, int decisive) {}

    // Where each range begins; the first begins at 0. A range ends where the next begins.
    private final long[] highs;

    private final long[] lows;

    private final List<V> values;

    private final boolean empty;

    /// @param rules in the order of the configuration
    /// @param otherwise what addresses of no network have
    NetworkTable(List<Rule<V>> rules, NetworkMap.Precedence precedence, V otherwise) {
        this.empty = rules.isEmpty();
        Ranges<V> ranges = new Ranges<>(rules, precedence, otherwise);
        ranges.sweep();
        int count = ranges.starts.size();
        this.highs = new long[count];
        this.lows = new long[count];
        this.values = ranges.starts.stream().map(Ranges.Start::value).toList();
        for (int i = 0; i < count; i++) {
            highs[i] = ranges.starts.get(i).high();
            lows[i] = ranges.starts.get(i).low();
        }
    }

    /// Whether there are no rules at all.
    boolean isEmpty() {
        return empty;
    }

    V find(long high, long low) {
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
        return values.get(from);
    }

    private static int compare(long high, long low, long otherHigh, long otherLow) {
        int order = Long.compareUnsigned(high, otherHigh);
        return order != 0 ? order : Long.compareUnsigned(low, otherLow);
    }

    /// The pass that turns rules into ranges. Used during start-up only.
    private static final class Ranges<V> {

        private record Start<V>(long high, long low, V value) {}

        private final List<Start<V>> starts = new ArrayList<>();

        private final Deque<Open<V>> enclosing = new ArrayDeque<>();

        private final List<Rule<V>> rules;

        private final NetworkMap.Precedence precedence;

        private final V otherwise;

        Ranges(List<Rule<V>> rules, NetworkMap.Precedence precedence, V otherwise) {
            this.rules = rules;
            this.precedence = precedence;
            this.otherwise = otherwise;
        }

        void sweep() {
            begin(0, 0, otherwise);
            List<Integer> order = new ArrayList<>();
            for (int i = 0; i < rules.size(); i++) {
                order.add(i);
            }
            Collections.sort(order, Comparator.comparing(rules::get, Ranges::outerFirst));
            for (int index : order) {
                Rule<V> rule = rules.get(index);
                closeBefore(rule);
                Open<V> around = enclosing.peek();
                boolean decidesItself = around == null || precedence == NetworkMap.Precedence.INNERMOST;
                int decisive = decidesItself ? index : Math.min(around.decisive(), index);
                enclosing.push(new Open<>(rule, decisive));
                begin(rule.firstHigh(), rule.firstLow(), rules.get(decisive).value());
            }
            while (!enclosing.isEmpty()) {
                closeInnermost();
            }
        }

        private static int outerFirst(Rule<?> one, Rule<?> other) {
            int order = compare(one.firstHigh(), one.firstLow(), other.firstHigh(), other.firstLow());
            return order != 0 ? order : compare(other.lastHigh(), other.lastLow(), one.lastHigh(), one.lastLow());
        }

        private void closeBefore(Rule<V> rule) {
            for (Open<V> open = enclosing.peek(); open != null; open = enclosing.peek()) {
                if (compare(open.rule().lastHigh(), open.rule().lastLow(), rule.firstHigh(), rule.firstLow()) >= 0) {
                    return;
                }
                closeInnermost();
            }
        }

        /// After a network's last address the one around it decides again.
        private void closeInnermost() {
            Rule<V> closed = enclosing.pop().rule();
            long low = closed.lastLow() + 1;
            long high = closed.lastHigh() + (low == 0 ? 1 : 0);
            if (high == 0 && low == 0) {
                return;
            }
            Open<V> around = enclosing.peek();
            begin(high, low, around == null ? otherwise : rules.get(around.decisive()).value());
        }

        /// What begins at the same address as the range before replaces it; what decides the same continues it.
        private void begin(long high, long low, V value) {
            if (!starts.isEmpty() && starts.getLast().high() == high && starts.getLast().low() == low) {
                starts.removeLast();
            }
            if (starts.isEmpty() || !starts.getLast().value().equals(value)) {
                starts.add(new Start<>(high, low, value));
            }
        }
    }
}

package io.sluice.bench.compare;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.function.Predicate;

import org.HdrHistogram.Histogram;

import io.sluice.bench.compare.Bar.Basis;
import io.sluice.bench.compare.Figure.Better;

/// What all rounds of a scenario gave. Immutable.
///
/// @param measurements of each contender that went through all rounds, in the order of the table
/// @param failures what went wrong, by contender
record ScenarioResult(
        Scenario scenario, SequencedMap<Contender, List<Measurement>> measurements, Map<Contender, String> failures) {

    /// A figure over the rounds, empty when it was not measured.
    Optional<Spread> spread(Contender contender, Figure figure) {
        double[] values = values(contender, figure);
        return values.length == 0 ? Optional.empty() : Optional.of(Spread.of(values));
    }

    private double[] values(Contender contender, Figure figure) {
        return measurements.getOrDefault(contender, List.of()).stream()
                .map(Measurement::figures)
                .filter(figures -> figures.containsKey(figure))
                .mapToDouble(figures -> figures.get(figure))
                .toArray();
    }

    /// All that was measured of any contender, in the order of a table's columns.
    Set<Figure> figures() {
        Set<Figure> figures = EnumSet.noneOf(Figure.class);
        measurements.values().forEach(rounds ->
                rounds.forEach(measurement -> figures.addAll(measurement.figures().keySet())));
        return figures;
    }

    /// Latencies of all rounds together, empty when none were taken.
    Optional<Histogram> latencies(Contender contender) {
        List<Measurement> rounds = measurements.getOrDefault(contender, List.of());
        if (rounds.stream().allMatch(measurement -> measurement.latencies().getTotalCount() == 0)) {
            return Optional.empty();
        }
        Histogram sum = rounds.getFirst().latencies().copy();
        rounds.stream().skip(1).forEach(measurement -> sum.add(measurement.latencies()));
        return Optional.of(sum);
    }

    /// How a figure of Sluice stands to that of the better peer; empty when there is nothing to hold it against.
    Optional<Ratio> ratio(Contender contender, Figure figure) {
        double[] own = values(contender, figure);
        if (!(contender instanceof Sluice) || own.length == 0 || figure.better() == Better.NEITHER) {
            return Optional.empty();
        }
        return best(figure, ScenarioResult::isPeer)
                .map(peer -> new Ratio(contender.name(), figure, peer.name(), Spread.of(quotients(own, values(peer, figure)))));
    }

    /// How the contenders that are Sluice stand to the bars, as far as what they are held against was measured.
    List<BarResult> bars() {
        List<BarResult> results = new ArrayList<>();
        for (Contender contender : measurements.sequencedKeySet()) {
            if (contender instanceof Sluice) {
                scenario.bars().forEach(bar -> rate(contender, bar).ifPresent(results::add));
            }
        }
        return results;
    }

    private Optional<BarResult> rate(Contender contender, Bar bar) {
        double[] own = values(contender, bar.figure());
        if (own.length == 0) {
            return Optional.empty();
        }
        if (bar.basis() == Basis.ITSELF) {
            return Optional.of(new BarResult(contender.name(), bar, "", Spread.of(own)));
        }
        return basis(bar).map(peer -> {
            double[] theirs = values(peer, bar.figure());
            double[] compared =
                    bar.basis() == Basis.ABOVE_BETTER_PEER ? differences(own, theirs) : quotients(own, theirs);
            return new BarResult(contender.name(), bar, peer.name(), Spread.of(compared));
        });
    }

    private Optional<Contender> basis(Bar bar) {
        return best(bar.figure(), switch (bar.basis()) {
            case NGINX -> Nginx.class::isInstance;
            case HAPROXY -> Haproxy.class::isInstance;
            case BETTER_PEER, ABOVE_BETTER_PEER, ITSELF -> ScenarioResult::isPeer;
        });
    }

    private static boolean isPeer(Contender contender) {
        return contender instanceof Nginx || contender instanceof Haproxy;
    }

    private Optional<Contender> best(Figure figure, Predicate<Contender> candidates) {
        Comparator<Contender> byMedian =
                Comparator.comparingDouble(contender -> Spread.of(values(contender, figure)).median());
        return measurements.sequencedKeySet().stream()
                .filter(candidates)
                .filter(contender -> values(contender, figure).length > 0)
                .min(figure.better() == Better.MORE ? byMedian.reversed() : byMedian);
    }

    private static double[] quotients(double[] own, double[] theirs) {
        double[] quotients = new double[Math.min(own.length, theirs.length)];
        Arrays.setAll(quotients, round -> own[round] / theirs[round]);
        return quotients;
    }

    private static double[] differences(double[] own, double[] theirs) {
        double[] differences = new double[Math.min(own.length, theirs.length)];
        Arrays.setAll(differences, round -> own[round] - theirs[round]);
        return differences;
    }
}

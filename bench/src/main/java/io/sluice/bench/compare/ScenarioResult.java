package io.sluice.bench.compare;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;

import io.sluice.bench.compare.Bar.Basis;

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
            double[] ratios = new double[Math.min(own.length, theirs.length)];
            for (int round = 0; round < ratios.length; round++) {
                ratios[round] = bar.basis() == Basis.ABOVE_BETTER_PEER
                        ? own[round] - theirs[round]
                        : own[round] / theirs[round];
            }
            return new BarResult(contender.name(), bar, peer.name(), Spread.of(ratios));
        });
    }

    private Optional<Contender> basis(Bar bar) {
        return measurements.sequencedKeySet().stream()
                .filter(contender -> switch (bar.basis()) {
                    case NGINX -> contender instanceof Nginx;
                    case HAPROXY -> contender instanceof Haproxy;
                    case BETTER_PEER, ABOVE_BETTER_PEER, ITSELF -> contender instanceof Nginx || contender instanceof Haproxy;
                })
                .filter(contender -> values(contender, bar.figure()).length > 0)
                .min(Comparator.comparingDouble(
                        contender -> Spread.of(values(contender, bar.figure())).median()));
    }
}

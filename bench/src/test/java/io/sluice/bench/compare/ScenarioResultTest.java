package io.sluice.bench.compare;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.stream.DoubleStream;

import org.junit.jupiter.api.Test;

import io.sluice.bench.compare.Bar.Basis;
import io.sluice.bench.load.Load;

import static org.assertj.core.api.Assertions.assertThat;

class ScenarioResultTest {

    private static final Sluice SLUICE = new Sluice(List.of("sluice"), "epoll");

    private static final Nginx NGINX = new Nginx(Nginx.INSTALLED);

    private static final Haproxy HAPROXY = Haproxy.asItComes(Haproxy.INSTALLED);

    private final SequencedMap<Contender, List<Measurement>> measurements = new LinkedHashMap<>();

    @Test
    void holdsEachRoundAgainstTheSameRoundOfThePeerWithTheLowerMedian() {
        put(SLUICE, 1, 2, 3);
        put(NGINX, 9, 1, 9);
        put(HAPROXY, 2, 4, 12);
        BarResult result = rate(new Bar(Figure.CPU_PER_GB, Basis.BETTER_PEER, 0.5));
        assertThat(result.against()).isEqualTo("haproxy");
        assertThat(result.value().median()).isEqualTo(0.5);
        assertThat(result.value().lower()).isEqualTo(0.375);
        assertThat(result.met()).isTrue();
        assertThat(Report.bar(result))
                .isEqualTo("sluice epoll: CPU per GB is 0.50 of haproxy's (quartiles 0.38 to 0.50); bar 0.50: met");
    }

    @Test
    void holdsAgainstHaproxyWhereTheBarSaysSo() {
        put(SLUICE, 2);
        put(NGINX, 1);
        put(HAPROXY, 4);
        BarResult result = rate(new Bar(Figure.CPU_PER_GB, Basis.HAPROXY, 0.45));
        assertThat(result.against()).isEqualTo("haproxy");
        assertThat(result.value().median()).isEqualTo(0.5);
        assertThat(result.met()).isFalse();
    }

    @Test
    void takesAFigureAsItIsWhereTheBarSaysSo() {
        put(SLUICE, 1400);
        BarResult result = rate(new Bar(Figure.CPU_PER_GB, Basis.ITSELF, 1500));
        assertThat(result.against()).isEmpty();
        assertThat(result.met()).isTrue();
    }

    @Test
    void theBetterPeerIsTheOneWithMoreWhereMoreIsBetter() {
        put(SLUICE, 6);
        put(NGINX, 4);
        put(HAPROXY, 3);
        ScenarioResult result = result(new Bar(Figure.CPU_PER_GB, Basis.BETTER_PEER, 1));
        assertThat(result.ratio(SLUICE, Figure.CPU_PER_GB).orElseThrow().against()).isEqualTo("haproxy");
        assertThat(result.ratio(SLUICE, Figure.GB_PER_SECOND).orElseThrow())
                .isEqualTo(new Ratio("sluice epoll", Figure.GB_PER_SECOND, "nginx", new Spread(1.5, 1.5, 1.5)));
        assertThat(result.ratio(NGINX, Figure.CPU_PER_GB)).isEmpty();
    }

    @Test
    void showsMediansRangesAndRatiosInColumns() {
        put(SLUICE, 1, 2, 3);
        put(HAPROXY, 2, 4, 6);
        assertThat(Report.scenario(result(new Bar(Figure.CPU_PER_GB, Basis.BETTER_PEER, 1)))).isEqualTo("""
                bulk: 1 download
                                   CPU s/GB   GB/s
                  sluice epoll        2.000  20.00
                    IQR               1.000  10.00
                    / better peer      0.50   0.50
                      IQR              0.00   0.00
                  haproxy             4.000  40.00
                    IQR               2.000  20.00
                  sluice epoll: CPU per GB is 0.50 of haproxy's (quartiles 0.50 to 0.50); bar 1.00: met
                """);
    }

    @Test
    void saysNothingWhereThePeerIsMissing() {
        put(SLUICE, 1);
        assertThat(result(new Bar(Figure.CPU_PER_GB, Basis.BETTER_PEER, 1)).bars()).isEmpty();
    }

    private void put(Contender contender, double... rounds) {
        measurements.put(contender, DoubleStream.of(rounds)
                .mapToObj(value -> Measurement.of(Map.of(Figure.CPU_PER_GB, value, Figure.GB_PER_SECOND, 10 * value)))
                .toList());
    }

    private BarResult rate(Bar bar) {
        return result(bar).bars().getFirst();
    }

    private ScenarioResult result(Bar bar) {
        Procedure procedure = new Procedure.Steady(new Load.Bulk(1, false), 0);
        return new ScenarioResult(new Scenario("bulk", procedure, false, List.of(bar)), measurements, Map.of());
    }
}

package io.sluice.bench.report;

import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.xml.parsers.DocumentBuilderFactory;

import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class HtmlPageTest {

    private static final String NASTY = "a < b & \"c\" > 'd' \u0007 é µ";

    private static final String READ = "a < b & \"c\" > 'd' ? é µ";

    @Test
    void isWellFormedWhateverItIsGiven() throws Exception {
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put(NASTY, NASTY);
        HtmlPage page = new HtmlPage(NASTY)
                .facts(facts)
                .heading(NASTY)
                .subheading(NASTY)
                .paragraph(NASTY)
                .warning(NASTY)
                .list(List.of(NASTY, NASTY))
                .table(new Table(List.of(NASTY, NASTY), List.of(List.of(NASTY, NASTY))))
                .preformatted(NASTY)
                .folded(NASTY, NASTY);
        Document document = parse(page.html());
        for (String element : List.of("title", "h1", "h2", "h3", "p", "li", "th", "td", "pre", "summary")) {
            assertThat(document.getElementsByTagName(element).item(0).getTextContent()).as(element).isEqualTo(READ);
        }
    }

    @Test
    void showsAllKindsOfPlots() throws Exception {
        Histogram histogram = new Histogram(3);
        for (int i = 1; i <= 10_000; i++) {
            histogram.recordValue(i * 1000L);
        }
        HtmlPage page = new HtmlPage("plots")
                .plot(new LinePlot("latency <distribution>", Axis.percentile("percentile"), Axis.logarithmic("latency (µs)"),
                        List.of(Series.percentiles("sluice & co", histogram, 1000))))
                .plot(new LinePlot("cost", Axis.logarithmic("connections"), Axis.linear("CPU (µs)"), List.of(
                        new Series("sluice", List.of(new Point(1, 4, 3.5, 4.5), new Point(1024, 3))),
                        new Series("nginx", List.of(new Point(1, 8), new Point(1024, Double.NaN))))))
                .plot(new RatioPlot("ratios", "ratio to the better peer", List.of(
                        new RatioPlot.Row("tcp-echo", 0.85, List.of(
                                new RatioPlot.Ratio("sluice epoll", 0.8, 0.82, 0.9),
                                new RatioPlot.Ratio("sluice io_uring", 0.6, 0.62, 0.63))),
                        new RatioPlot.Row("udp-runs", Double.NaN, List.of(new RatioPlot.Ratio("sluice epoll", 0.1, 0.1, 0.1))))))
                .plot(new StackedBarPlot("CPU", "µs per round trip", List.of("user", "system"), List.of(
                        new StackedBarPlot.Row("sluice", List.of(1.0, 3.0), 3.9, 4.2))));
        NodeList figures = parse(page.html()).getElementsByTagName("svg");
        assertThat(figures.getLength()).isEqualTo(4);
        assertThat(page.html()).doesNotContain("NaN", "Infinity", "<script");
    }

    @Test
    void plotsWithoutValuesAreEmpty() throws Exception {
        HtmlPage page = new HtmlPage("nothing")
                .plot(new LinePlot("none", Axis.percentile("percentile"), Axis.logarithmic("µs"), List.of(
                        Series.percentiles("none", new Histogram(3), 1))))
                .plot(new LinePlot("none", Axis.linear("s"), Axis.linear("rt/s"), List.of()))
                .plot(new RatioPlot("none", "ratio", List.of()))
                .plot(new StackedBarPlot("none", "µs", List.of("user"), List.of()));
        assertThat(parse(page.html()).getElementsByTagName("svg").getLength()).isEqualTo(4);
        assertThat(page.html()).doesNotContain("NaN", "Infinity");
    }

    @Test
    void writesToADirectoryThatIsNotThereYet(@TempDir Path directory) throws Exception {
        Path file = directory.resolve("reports").resolve("report.html");
        new HtmlPage("report").write(file);
        assertThat(Files.readString(file)).startsWith("<!DOCTYPE html>").contains("<h1>report</h1>");
    }

    @Test
    void aRowThatDoesNotFitItsTableIsRefused() {
        assertThatThrownBy(() -> new Table(List.of("one"), List.of(List.of("1", "2"))))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static Document parse(String html) throws Exception {
        return DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new InputSource(new StringReader(html)));
    }
}

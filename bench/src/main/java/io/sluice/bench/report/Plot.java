package io.sluice.bench.report;

/// What an [HtmlPage] can show. Immutable.
public sealed interface Plot permits LinePlot, RatioPlot, StackedBarPlot {

    /// Itself as one element of SVG, in the colours of the page around it.
    String svg();
}

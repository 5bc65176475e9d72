/// Reports for people: pages of HTML with tables and plots in SVG, each one file that needs nothing else.
///
/// Entry: [HtmlPage]. [LinePlot], [RatioPlot] and [StackedBarPlot] are what it shows beside text. Used by one thread at a
/// time, after measuring; nothing here is fast or has to be.
@NullMarked
package io.sluice.bench.report;

import org.jspecify.annotations.NullMarked;

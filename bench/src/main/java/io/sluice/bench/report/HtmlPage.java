package io.sluice.bench.report;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// A report as one file of HTML that needs no other: styles inside, no scripts, plots as SVG. Confined to the thread that
/// writes.
///
/// It is well-formed as XML, too. Light or dark as the reader's system is.
///
///     new HtmlPage("Side by side")
///             .facts(Map.of("kernel", "Linux 6.18"))
///             .heading("tcp-echo")
///             .paragraph("64 connections")
///             .table(new Table(List.of("proxy", "rt/s"), List.of(List.of("nginx", "81,000"))))
///             .plot(plot)
///             .write(Path.of("report.html"));
public final class HtmlPage {

    private static final String STYLES = styles();

    private final String title;

    private final Markup body = new Markup();

    /// @param title the first heading, and the name of the reader's window
    public HtmlPage(String title) {
        this.title = title;
        body.element("h1", title).line();
    }

    private static String styles() {
        try (InputStream in = Objects.requireNonNull(HtmlPage.class.getResourceAsStream("page.css"))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Names and what they stand for: machine, kernel, command.
    public HtmlPage facts(Map<String, String> facts) {
        body.open("table", "class", "facts").open("tbody").line();
        facts.forEach((name, value) -> body.open("tr").element("th", name, "scope", "row").element("td", value).close().line());
        body.close().close().line();
        return this;
    }

    /// Begins a section.
    public HtmlPage heading(String text) {
        body.element("h2", text).line();
        return this;
    }

    /// Begins a part of a section.
    public HtmlPage subheading(String text) {
        body.element("h3", text).line();
        return this;
    }

    /// Running text.
    public HtmlPage paragraph(String text) {
        body.element("p", text).line();
        return this;
    }

    /// Something that the reader must not miss.
    public HtmlPage warning(String text) {
        body.element("p", text, "class", "warning").line();
        return this;
    }

    /// Items, each a line or two.
    public HtmlPage list(List<String> items) {
        body.open("ul").line();
        items.forEach(item -> body.element("li", item).line());
        body.close().line();
        return this;
    }

    /// A table.
    public HtmlPage table(Table table) {
        body.open("div", "class", "wide").open("table").open("thead").open("tr");
        for (int i = 0; i < table.columns().size(); i++) {
            body.element("th", table.columns().get(i), "scope", "col", "class", i < table.left() ? "text" : "number");
        }
        body.close().close().open("tbody").line();
        for (List<String> row : table.rows()) {
            body.open("tr");
            for (int i = 0; i < row.size(); i++) {
                cell(row.get(i), i == 0, i < table.left());
            }
            body.close().line();
        }
        body.close().close().close().line();
        return this;
    }

    private void cell(String content, boolean first, boolean text) {
        String style = text ? "text" : "number";
        if (first) {
            body.open("th", "scope", "row", "class", style);
        } else {
            body.open("td", "class", style);
        }
        int end = content.indexOf('\n');
        if (end < 0) {
            body.text(content);
        } else {
            body.text(content.substring(0, end)).empty("br").element("small", content.substring(end + 1));
        }
        body.close();
    }

    /// Text as it was written, line by line.
    public HtmlPage preformatted(String text) {
        body.element("pre", text).line();
        return this;
    }

    /// The same, out of sight until the reader opens it.
    public HtmlPage folded(String summary, String text) {
        body.open("details").element("summary", summary).element("pre", text).close().line();
        return this;
    }

    /// A plot.
    public HtmlPage plot(Plot plot) {
        body.open("figure").raw(plot.svg()).close().line();
        return this;
    }

    /// All of it.
    public String html() {
        return "<!DOCTYPE html>\n" + new Markup()
                .open("html", "xmlns", "http://www.w3.org/1999/xhtml", "lang", "en").line()
                .open("head").line()
                .empty("meta", "charset", "utf-8").line()
                .empty("meta", "name", "viewport", "content", "width=device-width, initial-scale=1").line()
                .element("title", title).line()
                .open("style").line().raw(STYLES).close().line()
                .close().line()
                .open("body").open("main").line()
                .raw(body.toString())
                .close().close().line()
                .close().line();
    }

    /// Writes it to a file, whose directory is made when it is missing.
    public void write(Path file) throws IOException {
        Path directory = file.toAbsolutePath().getParent();
        if (directory != null) {
            Files.createDirectories(directory);
        }
        Files.writeString(file, html());
    }
}

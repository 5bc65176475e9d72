package io.sluice.bench.report;

import java.util.ArrayDeque;
import java.util.Deque;

/// Elements of HTML and SVG, well-formed as XML; text and attributes are escaped. Confined to the thread that writes.
///
///     new Markup().open("p", "class", "note").text("a < b").close().toString()
final class Markup {

    private final StringBuilder text = new StringBuilder();

    private final Deque<String> open = new ArrayDeque<>();

    /// Begins an element.
    ///
    /// @param attributes names and values in turn
    Markup open(String element, String... attributes) {
        begin(element, attributes);
        text.append('>');
        open.push(element);
        return this;
    }

    /// Ends the element that was begun last.
    Markup close() {
        text.append("</").append(open.pop()).append('>');
        return this;
    }

    /// An element with text only.
    Markup element(String element, String content, String... attributes) {
        return open(element, attributes).text(content).close();
    }

    /// An element without content. HTML knows such only by some names (`meta`, `br`), SVG by every one.
    Markup empty(String element, String... attributes) {
        begin(element, attributes);
        text.append("/>");
        return this;
    }

    private void begin(String element, String... attributes) {
        text.append('<').append(element);
        for (int i = 0; i < attributes.length; i += 2) {
            text.append(' ').append(attributes[i]).append("=\"").append(escaped(attributes[i + 1])).append('"');
        }
    }

    /// Text as it is to be read.
    Markup text(String content) {
        text.append(escaped(content));
        return this;
    }

    /// What is markup already.
    Markup raw(String markup) {
        text.append(markup);
        return this;
    }

    /// A line break between elements, for those who read the source.
    Markup line() {
        text.append('\n');
        return this;
    }

    /// Control characters, which XML cannot hold even escaped, become question marks.
    private static String escaped(String content) {
        StringBuilder escaped = new StringBuilder(content.length() + 16);
        for (int i = 0; i < content.length(); i++) {
            char c = content.charAt(i);
            switch (c) {
                case '&' -> escaped.append("&amp;");
                case '<' -> escaped.append("&lt;");
                case '>' -> escaped.append("&gt;");
                case '"' -> escaped.append("&quot;");
                case '\n', '\t' -> escaped.append(c);
                default -> escaped.append(c < ' ' || c == '\uFFFE' || c == '\uFFFF' ? '?' : c);
            }
        }
        return escaped.toString();
    }

    /// All of it.
    @Override
    public String toString() {
        if (!open.isEmpty()) {
            throw new IllegalStateException("not closed: " + open);
        }
        return text.toString();
    }
}

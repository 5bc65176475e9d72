package io.sluice.bench.compare;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

import com.fasterxml.jackson.jr.ob.JSON;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

import io.sluice.bench.report.HtmlPage;

/// The options that say where reports go. Confined to the thread that runs the command line.
@SuppressWarnings("NullAway.Init") // picocli sets the specification
final class ReportOptions {

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    @Option(
            names = "--html",
            paramLabel = "FILE",
            description = "Where the report with its plots goes, if not into bench/reports.")
    private @Nullable Path html;

    @Option(names = "--no-html", description = "Write no such report.")
    private boolean withoutHtml;

    @Option(names = "--json", paramLabel = "FILE", description = "Write every round's figures to a file, too.")
    private @Nullable Path json;

    ReportOptions() {}

    /// Writes what is asked for, and says where the page is.
    void write(HtmlPage page, Map<String, Object> figures, Invocation invocation) throws IOException {
        if (json != null) {
            Files.writeString(json, JSON.std.with(JSON.Feature.PRETTY_PRINT_OUTPUT).asString(figures) + "\n");
        }
        if (!withoutHtml) {
            Path file = html == null ? invocation.report() : html;
            page.write(file);
            PrintWriter out = command.commandLine().getOut();
            out.println("report: " + file);
            out.flush();
        }
    }
}

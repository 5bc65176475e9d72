package io.sluice.bench.compare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// Debian's nginx with its stream module. Immutable.
record Nginx() implements Program {

    /// Debian builds the stream module as a module of its own; built in, there is nothing to load.
    private static final Path STREAM_MODULE = Path.of("/usr/lib/nginx/modules/ngx_stream_module.so");

    @Override
    public String name() {
        return "nginx";
    }

    @Override
    public void require() throws IOException, InterruptedException {
        Packages.require("nginx", "nginx", "libnginx-mod-stream");
    }

    @Override
    public String version() throws IOException, InterruptedException {
        return Command.run("nginx", "-v").firstLine();
    }

    @Override
    public String configuration(Setup setup) {
        String module = Files.exists(STREAM_MODULE) ? "load_module " + STREAM_MODULE + ";\n" : "";
        return module
                + NginxLanguage.text(
                        setup, setup.directory().resolve("nginx.pid"), setup.directory().resolve("nginx-error.log"));
    }

    @Override
    public List<String> command(Path configuration) {
        return List.of("nginx", "-c", configuration.toString(), "-e", "stderr");
    }

    @Override
    public List<String> checkCommand(Path configuration) {
        return List.of("nginx", "-c", configuration.toString(), "-e", "stderr", "-t", "-q");
    }
}

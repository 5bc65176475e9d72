package io.sluice.bench.compare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// Debian's nginx with its stream module, or another one that has it built in. Immutable.
///
/// @param launcher the command and its first arguments
record Nginx(List<String> launcher) implements Program {

    /// Debian's.
    static final List<String> INSTALLED = List.of("nginx");

    /// Debian builds the stream module as a module of its own; built in, there is nothing to load.
    private static final Path STREAM_MODULE = Path.of("/usr/lib/nginx/modules/ngx_stream_module.so");

    Nginx {
        launcher = List.copyOf(launcher);
    }

    @Override
    public String name() {
        return "nginx";
    }

    @Override
    public void require() throws IOException, InterruptedException {
        if (isInstalled()) {
            Packages.require("nginx", "nginx", "libnginx-mod-stream");
        }
    }

    @Override
    public String version() throws IOException, InterruptedException {
        return Command.run(with("-v")).firstLine();
    }

    @Override
    public String configuration(Setup setup) {
        String module = isInstalled() && Files.exists(STREAM_MODULE) ? "load_module " + STREAM_MODULE + ";\n" : "";
        return module
                + NginxLanguage.text(
                        setup, setup.directory().resolve("nginx.pid"), setup.directory().resolve("nginx-error.log"));
    }

    @Override
    public List<String> command(Path configuration) {
        return with("-c", configuration.toString(), "-e", "stderr");
    }

    @Override
    public List<String> checkCommand(Path configuration) {
        return with("-c", configuration.toString(), "-e", "stderr", "-t", "-q");
    }

    private boolean isInstalled() {
        return launcher.equals(INSTALLED);
    }

    private List<String> with(String... arguments) {
        return Stream.concat(launcher.stream(), Stream.of(arguments)).toList();
    }
}

package io.sluice.bench.compare;

import java.io.IOException;
import java.net.ConnectException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import io.sluice.bench.load.ServicePorts;

/// A contender that is ready to be measured. Confined to the thread that measures.
final class RunningProxy {

    private static final long START_SECONDS = 120;

    private static final long STOP_SECONDS = 10;

    private static final long POLL_MILLIS = 20;

    private static final int SHOWN_LOG_LINES = 10;

    private final Contender contender;

    private final ServicePorts ports;

    private final @Nullable Process process;

    private final Path log;

    private RunningProxy(Contender contender, ServicePorts ports, @Nullable Process process, Path log) {
        this.contender = contender;
        this.ports = ports;
        this.process = process;
        this.log = log;
    }

    /// Starts a contender and waits until all its ports for TCP accept; those for UDP are bound at the same time.
    ///
    /// @param prefix what is put before its command, and becomes it by exec
    /// @throws IOException when it does not start, with what it said
    static RunningProxy start(Contender contender, Setup setup, List<String> prefix)
            throws IOException, InterruptedException {
        Path log = setup.directory().resolve(fileName(contender) + ".log");
        return switch (contender) {
            case Direct _ -> new RunningProxy(contender, setup.upstreams(), null, log);
            case Program program -> {
                Path configuration = checkedConfiguration(program, setup);
                List<String> command = new ArrayList<>(prefix);
                command.addAll(program.command(configuration));
                ProcessBuilder builder = new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile());
                builder.environment().putAll(program.environment());
                RunningProxy proxy = new RunningProxy(contender, setup.listen(), builder.start(), log);
                proxy.awaitListening();
                yield proxy;
            }
        };
    }

    /// Writes the configuration and has the program itself check it.
    static Path checkedConfiguration(Program program, Setup setup) throws IOException, InterruptedException {
        Certificate.write(setup.directory());
        Path configuration = setup.directory().resolve(fileName(program) + ".conf");
        Files.writeString(configuration, program.configuration(setup));
        Command.run(program.checkCommand(configuration)).orFail();
        return configuration;
    }

    private static String fileName(Contender contender) {
        return contender.name().replace(' ', '-');
    }

    /// Held at once, so that they differ; free again when this returns.
    static ServicePorts freePorts() throws IOException {
        InetAddress loopback = InetAddress.getLoopbackAddress();
        try (ServerSocket echo = new ServerSocket(0, 1, loopback);
                ServerSocket source = new ServerSocket(0, 1, loopback);
                ServerSocket once = new ServerSocket(0, 1, loopback);
                ServerSocket web = new ServerSocket(0, 1, loopback);
                ServerSocket secure = new ServerSocket(0, 1, loopback);
                DatagramSocket datagrams = new DatagramSocket(0, loopback)) {
            return new ServicePorts(
                    echo.getLocalPort(),
                    source.getLocalPort(),
                    once.getLocalPort(),
                    datagrams.getLocalPort(),
                    web.getLocalPort(),
                    secure.getLocalPort());
        }
    }

    private void awaitListening() throws IOException, InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
        while (!accepts(ports.echo())
                || !accepts(ports.source())
                || !accepts(ports.once())
                || !accepts(ports.web())
                || !accepts(ports.secure())) {
            if (System.nanoTime() > deadline || process == null || !process.isAlive()) {
                String said = lastWords();
                stop();
                throw new IOException(contender.name() + " does not listen: " + said);
            }
            Thread.sleep(POLL_MILLIS);
        }
    }

    private static boolean accepts(int port) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (ConnectException _) {
            return false;
        }
    }

    /// The end of what it wrote to its standard output and error.
    String lastWords() throws IOException {
        if (!Files.exists(log)) {
            return "";
        }
        List<String> lines = Files.readAllLines(log);
        return String.join("\n", lines.subList(Math.max(0, lines.size() - SHOWN_LOG_LINES), lines.size()));
    }

    Contender contender() {
        return contender;
    }

    ServicePorts ports() {
        return ports;
    }

    /// Its processes: a master and workers, a single one, or none when there is no proxy.
    List<ProcessHandle> processes() {
        return process == null
                ? List.of()
                : Stream.concat(Stream.of(process.toHandle()), process.descendants()).toList();
    }

    /// Stops the processes that were started for it, and nothing else.
    void stop() throws InterruptedException {
        if (process == null) {
            return;
        }
        List<ProcessHandle> started = processes();
        process.destroy();
        if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
            started.forEach(ProcessHandle::destroyForcibly);
            process.waitFor();
        }
    }
}

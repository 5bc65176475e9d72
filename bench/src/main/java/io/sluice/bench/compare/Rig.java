package io.sluice.bench.compare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.stream.Stream;

import io.sluice.bench.load.LoadGenerator;
import io.sluice.transport.Transport;

/// What all measuring needs: the load, a directory for what proxies write, and processors for either. Confined to the thread
/// that measures.
///
///     try (Rig rig = Rig.open(Transport.EPOLL, pinning)) {
///         RunningProxy proxy = rig.start(contender, demands);
///         rig.load().begin(load, proxy.ports());
///         ...
///         proxy.stop();
///     }
final class Rig implements AutoCloseable {

    private final LoadGenerator load;

    private final Path directory;

    private final Pinning pinning;

    private Rig(LoadGenerator load, Path directory, Pinning pinning) {
        this.load = load;
        this.directory = directory;
        this.pinning = pinning;
    }

    /// Moves this process to the load's processors and starts the load's loop there.
    static Rig open(Transport transport, Pinning pinning) throws IOException, InterruptedException {
        pinning.pinThisProcess();
        Path directory = Files.createTempDirectory(
                "sluice-bench", PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
        return new Rig(LoadGenerator.start(transport), directory, pinning);
    }

    LoadGenerator load() {
        return load;
    }

    Pinning pinning() {
        return pinning;
    }

    /// A file for whoever needs one while it measures.
    Path file(String name) {
        return directory.resolve(name);
    }

    /// Starts a contender before the load's upstreams.
    ///
    /// @throws IOException when it does not start, with what it said
    RunningProxy start(Contender contender, Demands demands) throws IOException, InterruptedException {
        return RunningProxy.start(contender, setup(demands), pinning.prefix(demands.workers()));
    }

    private Setup setup(Demands demands) throws IOException {
        return new Setup(directory, RunningProxy.freePorts(), load.upstreams(), demands);
    }

    /// What each proxy is started with; ports differ from start to start. Checked by the proxies themselves.
    SequencedMap<String, String> configurations(List<Contender> contenders, Demands demands)
            throws IOException, InterruptedException {
        SequencedMap<String, String> texts = new LinkedHashMap<>();
        for (Contender contender : contenders) {
            if (contender instanceof Program program) {
                texts.put(program.name(), Files.readString(RunningProxy.checkedConfiguration(program, setup(demands))));
            }
        }
        return texts;
    }

    @Override
    public void close() throws IOException {
        load.close();
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}

package io.sluice.transport;

import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import io.sluice.transport.linux.Errno;
import io.sluice.transport.linux.LinuxCalls;
import io.sluice.transport.linux.Sysctl;

/// Which transport is used, and why another is not available. Immutable.
///
///     TransportReport report = TransportReport.probe(System.getProperty("sluice.transport", "auto"));
///     log(report.summary());
///     LoopThread.create(report.transport(), threads);
///
/// @param transport the one to use
/// @param unavailable a sentence for each one that this system does not offer
public record TransportReport(Transport transport, Map<Transport, String> unavailable) {

    /// The choice that leaves it to us.
    public static final String AUTO = "auto";

    /// What [#AUTO] takes, the first that is available. io_uring makes one call where epoll makes three, so small
    /// messages need less processor time; bulk goes by splice(2) on both.
    private static final List<Transport> PREFERENCE = List.of(Transport.IO_URING, Transport.EPOLL);

    private static final int PROBE_SUBMISSIONS = 8;

    /// Keeps its own copy of the reasons.
    public TransportReport {
        unavailable = Map.copyOf(unavailable);
    }

    /// Tries what the kernel offers.
    ///
    /// @param choice `auto`, or the label of a transport
    /// @throws IOException when the choice is not available, with the reason
    /// @throws IllegalArgumentException when there is no such choice
    public static TransportReport probe(String choice) throws IOException {
        Map<Transport, String> unavailable = new EnumMap<>(Transport.class);
        uringRefusal().ifPresent(reason -> unavailable.put(Transport.IO_URING, reason));
        return choose(choice, unavailable);
    }

    static TransportReport choose(String choice, Map<Transport, String> unavailable) throws IOException {
        List<String> choices = new ArrayList<>(List.of(AUTO));
        for (Transport transport : Transport.values()) {
            if (choice.equals(transport.label())) {
                String reason = unavailable.get(transport);
                if (reason != null) {
                    throw new IOException("transport " + choice + " is not available: " + reason);
                }
                return new TransportReport(transport, unavailable);
            }
            choices.add(transport.label());
        }
        if (!choice.equals(AUTO)) {
            throw new IllegalArgumentException(
                    "unknown transport \"" + choice + "\", it must be one of " + String.join(", ", choices));
        }
        Transport first = PREFERENCE.stream()
                .filter(transport -> !unavailable.containsKey(transport))
                .findFirst()
                .orElseThrow();
        return new TransportReport(first, unavailable);
    }

    /// Why a transport is not available; empty: it is.
    public Optional<String> reason(Transport of) {
        return Optional.ofNullable(unavailable.get(of));
    }

    /// One line for the log: what is used, and what is not available.
    public String summary() {
        StringBuilder line = new StringBuilder("transport ").append(transport.label());
        for (Transport other : Transport.values()) {
            reason(other).ifPresent(why -> line.append("; ")
                    .append(other.label())
                    .append(" is not available: ")
                    .append(why));
        }
        return line.toString();
    }

    /// Makes a ring and a buffer ring, as a loop does, and throws them away.
    private static Optional<String> uringRefusal() {
        LinuxCalls linux = new LinuxCalls();
        try {
            Ring ring = new Ring(linux, PROBE_SUBMISSIONS);
            try {
                new BufferRing(linux, ring).close();
            } finally {
                ring.close();
            }
            return Optional.empty();
        } catch (RingException e) {
            String kernel = System.getProperty("os.version");
            return Optional.of(uringRefusal(e, kernel, Sysctl.read("kernel/io_uring_disabled").orElse(0)));
        }
    }

    /// The sentence for an error number.
    ///
    /// @param disabled the sysctl kernel.io_uring_disabled; 0 where the kernel has none
    static String uringRefusal(RingException refusal, String kernel, int disabled) {
        return switch (refusal.errno()) {
            case Errno.ENOSYS -> "kernel " + kernel + " has no io_uring, or a seccomp filter hides it";
            case Errno.EINVAL ->
                "kernel " + kernel + " is too old, io_uring is used from " + Ring.FIRST_KERNEL + " on";
            case Errno.EPERM ->
                disabled == 0
                        ? "a seccomp filter forbids it, as the defaults of container engines do"
                        : "forbidden by sysctl kernel.io_uring_disabled=" + disabled;
            case Errno.ENOMEM -> "no memory for its queues, or the limit of locked memory is too low (ulimit -l)";
            default -> String.valueOf(refusal.getMessage());
        };
    }
}

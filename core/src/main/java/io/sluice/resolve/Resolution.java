package io.sluice.resolve;

import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import io.sluice.config.model.Address;
import io.sluice.config.model.Endpoint;

/// What the endpoints of one configuration resolved to. Immutable.
///
///     Resolution resolution = Resolution.of(endpoints, new SystemResolver(), Duration.ofSeconds(10));
///     resolution.failures().forEach(failure -> report(failure.message()));
///     if (resolution.failures().isEmpty()) UpstreamGroup.create(config, resolution::addresses, ...);
public final class Resolution {

    /// An endpoint whose name has no address.
    public record Unresolved(Endpoint endpoint, String reason) {

        /// nginx's sentence, and why.
        public String message() {
            return "host not found in upstream \"" + endpoint + "\" (" + reason + ")";
        }
    }

    private final Map<Endpoint, List<Address>> addresses;

    private final List<Unresolved> failures;

    private Resolution(Map<Endpoint, List<Address>> addresses, List<Unresolved> failures) {
        this.addresses = Map.copyOf(addresses);
        this.failures = List.copyOf(failures);
    }

    /// Resolves all endpoints, each name once and all at the same time; literal addresses and socket paths are never looked
    /// up. Returns when everything is answered, at the latest when `deadline` has passed since the call.
    public static Resolution of(Collection<Endpoint> endpoints, NameResolver resolver, Duration deadline) {
        long startNanos = System.nanoTime();
        Map<String, CompletableFuture<List<InetAddress>>> lookups = new LinkedHashMap<>();
        for (Endpoint endpoint : endpoints) {
            if (endpoint instanceof Endpoint.Host(String host, int _)) {
                lookups.computeIfAbsent(host, _ -> begin(host, resolver));
            }
        }
        Map<Endpoint, List<Address>> addresses = new LinkedHashMap<>();
        List<Unresolved> failures = new ArrayList<>();
        for (Endpoint endpoint : new LinkedHashSet<>(endpoints)) {
            switch (endpoint) {
                case Endpoint.Unix(String path) -> addresses.put(endpoint, List.of(new Address.Unix(path)));
                case Endpoint.Host(String host, int port) -> {
                    try {
                        Duration left = deadline.minusNanos(System.nanoTime() - startNanos);
                        addresses.put(endpoint, withPort(await(host, lookups, deadline, left), port));
                    } catch (UnresolvedNameException e) {
                        failures.add(new Unresolved(endpoint, e.reason()));
                    }
                }
            }
        }
        return new Resolution(addresses, failures);
    }

    /// The addresses of an endpoint, at least one, in the resolver's order.
    ///
    /// @throws IllegalArgumentException when it did not resolve, or was not asked for
    public List<Address> addresses(Endpoint endpoint) {
        List<Address> found = addresses.get(endpoint);
        if (found == null) {
            throw new IllegalArgumentException("not resolved: " + endpoint);
        }
        return found;
    }

    /// What did not resolve, in the order asked.
    public List<Unresolved> failures() {
        return failures;
    }

    private static CompletableFuture<List<InetAddress>> begin(String host, NameResolver resolver) {
        CompletableFuture<List<InetAddress>> answer = new CompletableFuture<>();
        LiteralAddress.parse(host).ifPresentOrElse(
                literal -> answer.complete(List.of(literal)),
                // A lookup that never ends keeps its thread; the JDK's blocks in the system, where nothing can interrupt it.
                () -> Thread.ofVirtual().name("resolve " + host).start(() -> lookUp(host, resolver, answer)));
        return answer;
    }

    private static void lookUp(String host, NameResolver resolver, CompletableFuture<List<InetAddress>> answer) {
        try {
            List<InetAddress> found = resolver.resolve(host);
            if (found.isEmpty()) {
                throw new UnresolvedNameException(host, "the name has no address");
            }
            answer.complete(found);
        } catch (UnresolvedNameException | RuntimeException e) {
            answer.completeExceptionally(e);
        }
    }

    private static List<InetAddress> await(
            String host, Map<String, CompletableFuture<List<InetAddress>>> lookups, Duration deadline, Duration left)
            throws UnresolvedNameException {
        try {
            CompletableFuture<List<InetAddress>> answer = lookups.getOrDefault(host, new CompletableFuture<>());
            return answer.get(Math.max(0, left.toNanos()), TimeUnit.NANOSECONDS);
        } catch (TimeoutException _) {
            throw new UnresolvedNameException(host, "no answer within " + deadline.toMillis() + " ms");
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new UnresolvedNameException(host, "the lookup was interrupted");
        } catch (ExecutionException e) {
            throw e.getCause() instanceof UnresolvedNameException known
                    ? known
                    : new UnresolvedNameException(host, String.valueOf(e.getCause()));
        }
    }

    private static List<Address> withPort(List<InetAddress> hosts, int port) {
        List<Address> addresses = new ArrayList<>(hosts.size());
        for (InetAddress host : hosts) {
            addresses.add(new Address.Ip(host, port));
        }
        return List.copyOf(addresses);
    }
}

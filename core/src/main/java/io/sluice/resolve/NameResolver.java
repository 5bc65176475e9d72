package io.sluice.resolve;

import java.net.InetAddress;
import java.util.List;

/// Answers names. Thread-safe.
@FunctionalInterface
public interface NameResolver {

    /// The addresses of `host`, at least one, in the order they should be used.
    ///
    /// May block for as long as the source of names takes; callers that cannot wait use [Resolution].
    ///
    /// @param host a name or a literal address
    List<InetAddress> resolve(String host) throws UnresolvedNameException;
}

package io.sluice.tls;

import java.util.List;
import java.util.stream.Collectors;

/// Everything that keeps a TLS configuration from being used, not only the first fault. Immutable.
public final class TlsConfigException extends Exception {

    private static final long serialVersionUID = 1L;

    private final transient List<TlsProblem> problems;

    public TlsConfigException(List<TlsProblem> problems) {
        super(problems.stream().map(TlsProblem::message).collect(Collectors.joining("; ")));
        this.problems = List.copyOf(problems);
    }

    /// The faults, in the order of the directives that were looked at; never empty.
    public List<TlsProblem> problems() {
        return problems;
    }
}

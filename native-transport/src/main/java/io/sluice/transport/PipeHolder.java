package io.sluice.transport;

/// Who borrowed a pipe and may have to give it back early. Confined to its worker's event loop.
public interface PipeHolder {

    /// Pipes have run out and this one has stood still the longest: empty it elsewhere and release it, or keep it.
    ///
    /// @return whether it was released
    boolean onPipeReclaim(Pipe pipe);
}

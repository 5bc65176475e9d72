package io.sluice.config.binding;

import java.util.OptionalInt;

/// The protocols that servers of one address asked for; they hold for the address as a whole, so that servers which say
/// different things are told. Used during start-up only.
///
/// Saying them once, in the server that also gives the socket's options or in all of them alike, is fine.
final class ProtocolOptions {

    private OptionalInt all = OptionalInt.empty();

    private OptionalInt agreed = OptionalInt.empty();

    private boolean changed;

    /// Takes the next server; true when what it says differs.
    ///
    /// @param optionsGiven a server before gave the socket's options
    boolean redefinedBy(Listen listen, boolean optionsGiven) {
        int own = (listen.tls() ? 1 : 0) | (listen.proxyProtocol() ? 2 : 0);
        if (all.isEmpty()) {
            all = OptionalInt.of(own);
            return false;
        }
        int before = all.getAsInt();
        int union = own | before;
        boolean disagrees = agreed.isPresent() && agreed.getAsInt() != own;
        boolean different;
        if (union != before) {
            different = (optionsGiven && !listen.optionsGiven()) || changed || union != own;
            changed = true;
        } else if (union != own) {
            different = listen.optionsGiven() || disagrees;
            changed = true;
        } else {
            different = (listen.optionsGiven() && changed) || disagrees;
        }
        agreed = OptionalInt.of(union == before ? own : before);
        all = OptionalInt.of(union);
        return different;
    }
}

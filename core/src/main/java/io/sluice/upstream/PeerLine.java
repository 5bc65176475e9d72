package io.sluice.upstream;

import io.sluice.config.model.Address;
import io.sluice.config.model.PeerConfig;

/// A `server` line and one of the addresses that it stands for. Immutable.
record PeerLine(PeerConfig config, Address address) {}

package io.sluice.tls;

import io.sluice.config.model.Position;

/// What is wrong with, or not possible for, a TLS directive. Immutable.
///
/// @param position the directive
/// @param message in nginx's wording where nginx has one
public record TlsProblem(Position position, String message) {}

package io.sluice.config.binding;

import java.util.List;

/// A place for several values of a scope; an inner scope that has any of its own replaces the outer ones. Immutable; two
/// listings are the same only if identical.
///
/// @param <T> type of the values
final class Listing<T> {

    /// What a scope holds that nobody added to.
    List<T> none() {
        return List.of();
    }
}

package io.sluice.stream;

import org.jspecify.annotations.Nullable;

/// What `limit_conn` said of a session; the names are the values of `$limit_conn_status`. Immutable.
enum LimitStatus {
    /// No limit applied.
    NONE,
    PASSED,
    REJECTED,
    REJECTED_DRY_RUN;

    /// The variable's value; null: absent.
    @Nullable String text() {
        return this == NONE ? null : name();
    }
}

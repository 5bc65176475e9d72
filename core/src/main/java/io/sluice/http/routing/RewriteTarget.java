package io.sluice.http.routing;

import io.sluice.config.model.RewriteStep.FileCheck;
import io.sluice.session.HttpVariable;
import io.sluice.variable.VariableSource;

/// A request as routing sees it. Confined to its worker's event loop.
///
/// @param <T> what is attached to a location
public interface RewriteTarget<T> extends VariableSource {

    /// Its URI; the values of `$uri`, `$args` and their kin come from here too.
    RequestTarget target();

    /// `set` of a variable of the program's own, `$args` excepted: `$limit_rate`.
    void change(HttpVariable variable, String value);

    /// Asked when a location was found by URI and before its script: the status that refuses the request (413), or 0.
    int refusal(Location<T> location);

    /// The answer of `if (-f path)` and its kin.
    boolean test(FileCheck test, String path);
}

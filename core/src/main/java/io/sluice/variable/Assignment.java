package io.sluice.variable;

import io.sluice.session.HttpVariable;

/// One `set`, compiled. Immutable.
///
///     switch (assignment) {
///         case SetVariable set -> set.assign(exchange);
///         case Assignment.ToBuiltIn(HttpVariable variable, Template value) -> change(variable, value.evaluate(exchange));
///     }
public sealed interface Assignment permits SetVariable, Assignment.ToBuiltIn {

    /// To a variable of the program's own that may be changed: [HttpVariable#ARGS] or [HttpVariable#LIMIT_RATE].
    record ToBuiltIn(HttpVariable variable, Template value) implements Assignment {}
}

/// From bytes to a tree of directives: grammar only, no directive's name is known here.
///
/// Entry: [ConfigParser]. Used during start-up and reload only; the values are immutable. Layer 1; of the rest of the
/// program only `app` and `config.binding` see it.
@NullMarked
package io.sluice.config.syntax;

import org.jspecify.annotations.NullMarked;

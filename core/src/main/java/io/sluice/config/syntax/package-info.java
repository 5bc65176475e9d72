/// From bytes to a tree of directives: grammar only. Of all directives only `include` is known by name here, because it is
/// replaced while reading, as in nginx.
///
/// Entry: [ConfigParser]; what it found is shown by [DiagnosticPrinter] and [ConfigDump]. Used during start-up and reload only;
/// the values are immutable. Allocates freely. Layer 1; of the rest of the program only `app` and `config.binding` see it.
@NullMarked
package io.sluice.config.syntax;

import org.jspecify.annotations.NullMarked;

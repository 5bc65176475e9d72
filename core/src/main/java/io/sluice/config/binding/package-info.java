/// From a tree of directives to a typed configuration: the directive tables, and the walk that reads them.
///
/// A directive is a row of a table ([DirectiveSpec]): where it may stand, how many arguments it takes, what it is worth
/// without being written, what it means, and the code that takes its value. The walk knows no directive; the tables also
/// make docs/directives.md.
///
/// Entry: [Binder]. Used during start-up and reload only, by one thread; what it returns is immutable. Layer 2; of the
/// rest of the program only `app` sees it.
@NullMarked
package io.sluice.config.binding;

import org.jspecify.annotations.NullMarked;

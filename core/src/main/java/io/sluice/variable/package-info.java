/// Text with variables in it, compiled; `map`, `geo`, `split_clients` and `set`; regular expressions.
///
/// Entry: [VariableTable], made once per generation for `stream` and once for `http`, which compiles each [Template],
/// [Assignment] and [CapturingExpression]; a session implements [VariableSource]. Tables, templates and expressions are immutable; a session's values are confined to its worker's
/// event loop. Evaluating a literal, or a template that is one variable, allocates nothing of its own. Layer 2.
///
/// Every value is a string of bytes, as in nginx: a `String` whose characters are 0 to 255, one for each byte
/// ([ByteText]). What strangers send goes through unharmed, and the JVM stores it in one byte a character.
@NullMarked
package io.sluice.variable;

import org.jspecify.annotations.NullMarked;

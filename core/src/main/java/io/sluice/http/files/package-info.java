/// Files and made-up responses of the HTTP side, apart from any connection.
///
/// Entry: [FileLookup], which says what a request for a file leads to; [Validators] and [ByteRanges], which say what of it
/// is sent; [ErrorBodies] for responses without a file. Everything is confined to the worker that serves the request or
/// immutable. An answer allocates; error bodies and status lines are made once. Layer 6.
@NullMarked
package io.sluice.http.files;

import org.jspecify.annotations.NullMarked;

package io.sluice.http;

import io.sluice.variable.Template;

/// A field whose value is evaluated for each request or response. Immutable.
///
/// @param always of `add_header`: with any status
record FieldTemplate(String name, Template value, boolean always) {}

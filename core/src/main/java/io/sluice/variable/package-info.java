@NullMarked
package io.sluice.variable;

import org.jspecify.annotations.NullMarked;

@NullMarked
package io.sluice.resolve;

import org.jspecify.annotations.NullMarked;

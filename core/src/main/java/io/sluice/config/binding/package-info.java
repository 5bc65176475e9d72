@NullMarked
package io.sluice.config.binding;

import org.jspecify.annotations.NullMarked;

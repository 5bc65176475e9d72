@NullMarked
package io.sluice.tcp;

import org.jspecify.annotations.NullMarked;

@NullMarked
package io.sluice.upstream;

import org.jspecify.annotations.NullMarked;

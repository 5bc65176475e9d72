@NullMarked
package io.sluice.route;

import org.jspecify.annotations.NullMarked;

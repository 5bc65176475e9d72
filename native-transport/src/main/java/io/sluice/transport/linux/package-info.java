@NullMarked
package io.sluice.transport.linux;

import org.jspecify.annotations.NullMarked;

/**
 * The backend {@code pytorch}: programs are emitted as TorchScript text and compiled by libtorch at
 * run time.
 */
@NullMarked
package org.simcse.djl;

import org.jspecify.annotations.NullMarked;

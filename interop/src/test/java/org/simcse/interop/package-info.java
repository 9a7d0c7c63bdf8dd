/** Model directories that sentence-transformers and SimCSE open of each other. */
@NullMarked
package org.simcse.interop;

import org.jspecify.annotations.NullMarked;

/** Model directories in the layout of Hugging Face and sentence-transformers. */
@NullMarked
package org.simcse.core.modeldir;

import org.jspecify.annotations.NullMarked;

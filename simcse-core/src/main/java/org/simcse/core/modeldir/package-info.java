/** Model directories as Hugging Face and sentence-transformers lay them out. */
@NullMarked
package org.simcse.core.modeldir;

import org.jspecify.annotations.NullMarked;

/** Texts become token ids, as Hugging Face's tokenizers make them. */
@NullMarked
package org.simcse.core.text;

import org.jspecify.annotations.NullMarked;

/** Tokenizers: texts to token ids, exactly as Hugging Face's fast tokenizers do. */
@NullMarked
package org.simcse.core.tokenize;

import org.jspecify.annotations.NullMarked;

/** BERT and RoBERTa, written once for every engine. */
@NullMarked
package org.simcse.core.encoder;

import org.jspecify.annotations.NullMarked;

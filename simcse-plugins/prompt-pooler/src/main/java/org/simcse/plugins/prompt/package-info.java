/** PromptBERT (Jiang et al. 2022) for SimCSE. */
@NullMarked
package org.simcse.plugins.prompt;

import org.jspecify.annotations.NullMarked;

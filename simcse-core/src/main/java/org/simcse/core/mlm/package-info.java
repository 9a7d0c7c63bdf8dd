/**
 * Masked language modelling (Devlin et al. 2019, section 3.1) beside the contrastive objective, as
 * Gao et al. 2021 add it: which tokens are masked, and the head that guesses them.
 */
@NullMarked
package org.simcse.core.mlm;

import org.jspecify.annotations.NullMarked;

/** What comes after the pooler: the projection and the contrastive loss of SimCSE. */
@NullMarked
package org.simcse.core.head;

import org.jspecify.annotations.NullMarked;

/**
 * The conformance kit: abstract JUnit classes that the author of a backend, a pooler or a gather
 * extends. {@link org.simcse.tests.Rule} ties each test to a sentence of {@code
 * docs/specification.md}.
 */
@NullMarked
package org.simcse.tests;

import org.jspecify.annotations.NullMarked;

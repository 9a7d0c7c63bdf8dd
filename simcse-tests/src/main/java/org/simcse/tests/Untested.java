package org.simcse.tests;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A known gap, on a {@link BackendSuite} or another class of the kit that an author extends: the
 * tests of some rules are skipped, and reports show the reason.
 *
 * <pre>{@code
 * @Untested(rules = "O-11", why = "The engine reads beyond the table.")
 * @Untested(rules = "K", why = "There is no portable generator yet.")
 * }</pre>
 *
 * <p>A feature that a backend lacks entirely is not a gap but a {@link
 * org.simcse.api.engine.Capability}, which it must reject by name.
 *
 * @since 0.1.0
 */
@Documented
@Inherited
@Repeatable(Untested.Holes.class)
@ExtendWith(UntestedCondition.class)
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
public @interface Untested {
  /**
   * Returns the rules, numbered as in {@code docs/specification.md}, or a letter for all of its
   * rules. A rule that no test of the class has is an error.
   */
  String[] rules();

  /** Returns the reason, as a sentence. */
  String why();

  /** Several gaps. */
  @Documented
  @Inherited
  @ExtendWith(UntestedCondition.class)
  @Target(ElementType.TYPE)
  @Retention(RetentionPolicy.RUNTIME)
  @interface Holes {
    /** Returns the gaps. */
    Untested[] value();
  }
}

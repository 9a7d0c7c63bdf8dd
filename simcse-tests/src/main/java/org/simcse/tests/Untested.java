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
 * A known hole, on a {@link BackendSuite} or another class of the kit that an author extends: the
 * tests of some rules are skipped, and reports show the reason.
 *
 * <pre>{@code
 * @Untested(rules = "O-11", why = "The engine reads beyond the table.")
 * @Untested(rules = "K", why = "There is no portable generator yet.")
 * }</pre>
 *
 * <p>What a backend lacks as a whole is not a hole but a {@link org.simcse.api.engine.Capability},
 * which it must refuse by name.
 */
@Documented
@Inherited
@Repeatable(Untested.Holes.class)
@ExtendWith(UntestedCondition.class)
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
public @interface Untested {
  /**
   * The rules as {@code docs/specification.md} numbers them, or a letter for all of its rules. One
   * that no test of the class carries is an error.
   */
  String[] rules();

  /** The reason, as a sentence. */
  String why();

  /** Several holes. */
  @Documented
  @Inherited
  @ExtendWith(UntestedCondition.class)
  @Target(ElementType.TYPE)
  @Retention(RetentionPolicy.RUNTIME)
  @interface Holes {
    /** The holes. */
    Untested[] value();
  }
}

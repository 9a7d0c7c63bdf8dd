package org.simcse.core.train;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * What a component of {@link TrainingConfig} means to a user; written once for flag, file and page.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
@interface Setting {
  /** What it does, a sentence. */
  String value();

  /** Its default; empty for optional settings. */
  String defaultValue() default "";
}

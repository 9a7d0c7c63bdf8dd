package org.simcse.core.train;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Documents a setting of {@link TrainingConfig} once, for its flag, YAML key and documentation. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
@interface Setting {
  /** Describes the setting, in one sentence. */
  String value();

  /** Returns the default; empty for optional settings. */
  String defaultValue() default "";
}

package org.wideresnet.cli.options;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Says which key of the tree of settings an option sets. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.FIELD)
public @interface Sets {
  /** The key as {@code run.json} has it, sections included: {@code recipe.epochs}. */
  String value();
}

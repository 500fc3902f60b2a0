package org.wideresnet.data.pipeline;

import java.util.Map;

/** Whether TensorFlow was told to compute the same bits always, which it reads once. */
public final class Determinism {
  /** The environment variable; with it ops on a GPU add up in one order, and none reads a clock. */
  public static final String VARIABLE = "TF_DETERMINISTIC_OPS";

  private Determinism() {}

  /** Returns whether these environment variables tell it so. */
  public static boolean isOn(Map<String, String> environment) {
    String value = environment.getOrDefault(VARIABLE, "");
    return value.equals("1") || value.equalsIgnoreCase("true");
  }
}

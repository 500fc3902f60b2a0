package org.wideresnet.train.settings;

import java.util.Map;

/**
 * Whether a GPU of compute capability 8.0 or more may compute convolutions and products of float32
 * with ten bits of the significand, in TensorFloat-32, which is several times faster.
 */
public enum Tf32 {
  /** It may, as TensorFlow has it. */
  ON,
  /** All 23 bits count. */
  OFF;

  /** The variable that NVIDIA's libraries read when they are loaded; 0 turns TF32 off. */
  public static final String VARIABLE = "NVIDIA_TF32_OVERRIDE";

  /** Returns what a process with these environment variables does. */
  public static Tf32 of(Map<String, String> environment) {
    return "0".equals(environment.get(VARIABLE)) ? OFF : ON;
  }
}

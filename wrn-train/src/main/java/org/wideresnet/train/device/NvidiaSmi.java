package org.wideresnet.train.device;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** What NVIDIA's driver says of the GPUs; TensorFlow's interface for Java does not tell it. */
final class NvidiaSmi {
  private static final List<String> COMMAND =
      List.of("nvidia-smi", "--query-gpu=compute_cap", "--format=csv,noheader");

  /** From this compute capability on (Ampere) a GPU has instructions for bfloat16. */
  private static final double BFLOAT16 = 8.0;

  private NvidiaSmi() {}

  /** Returns whether every GPU of this machine computes in bfloat16; not where nobody tells. */
  static boolean bfloat16() {
    try {
      Process process =
          new ProcessBuilder(COMMAND).redirectError(ProcessBuilder.Redirect.DISCARD).start();
      process.getOutputStream().close();
      return bfloat16(
          new String(process.getInputStream().readAllBytes(), StandardCharsets.US_ASCII));
    } catch (IOException e) { // there is no such program
      return false;
    }
  }

  /**
   * Returns whether all capabilities are enough.
   *
   * @param capabilities one in each line, such as {@code 8.6}
   */
  static boolean bfloat16(String capabilities) {
    List<String> lines = capabilities.lines().map(String::strip).toList();
    return !lines.isEmpty()
        && lines.stream()
            .allMatch(line -> line.matches("\\d+\\.\\d+") && Double.parseDouble(line) >= BFLOAT16);
  }
}

package org.wideresnet.train.device;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.wideresnet.model.Precision;

/** What NVIDIA's driver says of the GPUs; TensorFlow's interface for Java does not tell it. */
final class NvidiaSmi {
  private static final List<String> COMMAND =
      List.of("nvidia-smi", "--query-gpu=compute_cap", "--format=csv,noheader");

  /** From this compute capability on (Ampere) a GPU has instructions for bfloat16. */
  private static final double BFLOAT16 = 8.0;

  /** From this one on (Volta) it has some for float16. */
  private static final double FLOAT16 = 7.0;

  private NvidiaSmi() {}

  /**
   * Returns the format that every GPU of this machine computes fast in; float32 where nobody tells.
   */
  static Precision precision() {
    try {
      Process process =
          new ProcessBuilder(COMMAND).redirectError(ProcessBuilder.Redirect.DISCARD).start();
      process.getOutputStream().close();
      return precision(
          new String(process.getInputStream().readAllBytes(), StandardCharsets.US_ASCII));
    } catch (IOException e) { // there is no such program
      return Precision.FP32;
    }
  }

  /**
   * Returns the format for GPUs of these capabilities.
   *
   * @param capabilities one in each line, such as {@code 8.6}
   */
  static Precision precision(String capabilities) {
    double least =
        capabilities
            .lines()
            .map(String::strip)
            .mapToDouble(line -> line.matches("\\d+\\.\\d+") ? Double.parseDouble(line) : 0)
            .min()
            .orElse(0);
    return least >= BFLOAT16 ? Precision.BF16 : least >= FLOAT16 ? Precision.FP16 : Precision.FP32;
  }
}

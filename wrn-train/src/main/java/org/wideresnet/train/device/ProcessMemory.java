package org.wideresnet.train.device;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** The resident memory of this process, native memory of TensorFlow included. */
public final class ProcessMemory {
  private static final Path STATUS = Path.of("/proc/self/status");

  private ProcessMemory() {}

  /** Returns what the process holds now, in bytes; 0 where the operating system does not say. */
  public static long residentBytes() {
    return kibibytes("VmRSS:") * 1024;
  }

  /** Returns the most that it has held, in bytes; 0 where the operating system does not say. */
  public static long peakBytes() {
    return kibibytes("VmHWM:") * 1024;
  }

  private static long kibibytes(String key) {
    if (!Files.isReadable(STATUS)) {
      return 0;
    }
    try (Stream<String> lines = Files.lines(STATUS)) {
      return lines
          .filter(line -> line.startsWith(key))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
          .findFirst()
          .orElse(0);
    } catch (IOException e) {
      return 0;
    }
  }
}

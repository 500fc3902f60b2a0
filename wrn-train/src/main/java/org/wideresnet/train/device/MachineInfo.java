package org.wideresnet.train.device;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The machine that a run was made on. Describing it does not load TensorFlow.
 *
 * @param cpu the model of the processor, {@link #UNKNOWN} where the system does not tell
 * @param instructionSets those of its vector instructions that speed up a network, as Linux names
 *     them; empty where the system does not tell
 * @param cores the processors that this program may use
 * @param memoryBytes the size of the memory in bytes
 * @param os the operating system and its version
 * @param gpu the graphics processors that are used, their driver, and whether TF32 is on; or {@code
 *     none}
 */
public record MachineInfo(
    String cpu, List<String> instructionSets, int cores, long memoryBytes, String os, String gpu) {

  /** Stands for what the system does not tell. */
  public static final String UNKNOWN = "unknown";

  private static final List<String> RELEVANT =
      List.of(
          "avx",
          "avx2",
          "fma",
          "f16c",
          "avx_vnni",
          "avx512f",
          "avx512_vnni",
          "avx512_bf16",
          "avx512_fp16",
          "amx_tile",
          "amx_bf16",
          "amx_int8",
          "asimd",
          "asimdhp",
          "sve",
          "sve2",
          "bf16",
          "i8mm");

  public MachineInfo {
    instructionSets = List.copyOf(instructionSets);
  }

  /**
   * Describes this machine.
   *
   * @param gpu the graphics processor that is used, or {@code none}
   */
  public static MachineInfo detect(String gpu) {
    String cpuInfo;
    try {
      cpuInfo = Files.readString(Path.of("/proc/cpuinfo"));
    } catch (IOException e) { // not Linux
      cpuInfo = "";
    }
    return of(cpuInfo, gpu);
  }

  static MachineInfo of(String cpuInfo, String gpu) {
    Map<String, String> first =
        cpuInfo
            .lines()
            .map(line -> line.split(":", 2))
            .filter(field -> field.length == 2)
            .collect(
                Collectors.toMap(
                    field -> field[0].strip(), field -> field[1].strip(), (one, other) -> one));
    List<String> flags =
        Stream.of("flags", "Features") // x86, ARM
            .flatMap(key -> Stream.of(first.getOrDefault(key, "").split(" ")))
            .toList();
    return new MachineInfo(
        first.getOrDefault("model name", UNKNOWN),
        RELEVANT.stream().filter(flags::contains).toList(),
        Runtime.getRuntime().availableProcessors(),
        ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getTotalMemorySize(),
        System.getProperty("os.name")
            + " "
            + System.getProperty("os.version")
            + " "
            + System.getProperty("os.arch"),
        gpu);
  }
}

package org.wideresnet.train.device;

import com.google.common.base.Splitter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.wideresnet.model.Precision;
import org.wideresnet.train.settings.DeviceChoice;
import org.wideresnet.train.settings.Tf32;

/**
 * What NVIDIA's driver says of the GPUs; TensorFlow's interface for Java does not tell it.
 *
 * @param gpus the GPUs of this machine, in the order of the bus
 * @param failure what the driver says instead; empty if it says nothing
 */
record NvidiaSmi(List<Gpu> gpus, String failure) {
  /** The variable that says which GPUs CUDA sees. */
  static final String VISIBLE = "CUDA_VISIBLE_DEVICES";

  private static final List<String> COMMAND =
      List.of(
          "nvidia-smi",
          "--query-gpu=index,uuid,compute_cap,driver_version,name",
          "--format=csv,noheader");
  private static final Splitter FIELDS = Splitter.on(',').trimResults().limit(5);

  /** From this compute capability on (Ampere) a GPU has instructions for bfloat16 and TF32. */
  private static final double AMPERE = 8.0;

  /** From this one on (Volta) it has some for float16. */
  private static final double VOLTA = 7.0;

  /**
   * A GPU.
   *
   * @param computeCapability its version, such as {@code 8.6}
   * @param driver the version of the driver
   */
  record Gpu(String index, String uuid, String computeCapability, String driver, String name) {
    /** Returns the compute capability as a number; 0 where the driver does not tell it. */
    double capability() {
      return computeCapability.matches("\\d+\\.\\d+") ? Double.parseDouble(computeCapability) : 0;
    }
  }

  NvidiaSmi {
    gpus = List.copyOf(gpus);
  }

  /** Asks the driver, which must not be asked often: it takes up to a second. */
  static NvidiaSmi ask() {
    try {
      Process process = new ProcessBuilder(COMMAND).redirectErrorStream(true).start();
      process.getOutputStream().close();
      return of(new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) { // there is no such program
      return new NvidiaSmi(List.of(), "");
    }
  }

  /**
   * Reads what the driver said.
   *
   * @param output a line for each GPU, or a sentence
   */
  static NvidiaSmi of(String output) {
    List<Gpu> gpus = new ArrayList<>();
    for (String line : output.lines().toList()) {
      List<String> field = FIELDS.splitToList(line);
      if (field.size() == 5 && field.get(0).matches("\\d+")) {
        gpus.add(new Gpu(field.get(0), field.get(1), field.get(2), field.get(3), field.get(4)));
      }
    }
    String failure = gpus.isEmpty() ? output.lines().findFirst().orElse("").strip() : "";
    return new NvidiaSmi(gpus, failure);
  }

  /**
   * Returns the format that every GPU of this machine computes fast in; float32 where nobody tells.
   */
  Precision precision() {
    double least = gpus.stream().mapToDouble(Gpu::capability).min().orElse(0);
    return least >= AMPERE ? Precision.BF16 : least >= VOLTA ? Precision.FP16 : Precision.FP32;
  }

  /**
   * Returns the names that CUDA has for the GPUs which a process sees.
   *
   * @param environment its environment variables
   */
  List<String> visible(Map<String, String> environment) {
    String variable = environment.get(VISIBLE);
    if (variable == null) {
      return gpus.stream().map(Gpu::index).toList();
    }
    return Splitter.on(',')
        .trimResults()
        .splitToStream(variable)
        .takeWhile(name -> !name.isEmpty() && !name.equals("-1")) // CUDA stops at what is no GPU
        .toList();
  }

  /**
   * Names the GPUs that are computed on, their driver, and whether they multiply float32 in TF32.
   *
   * @param choice those that are asked for
   * @param count how many TensorFlow sees
   */
  String describe(DeviceChoice choice, int count, Map<String, String> environment) {
    List<String> visible = visible(environment);
    List<Gpu> used = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int number = choice.gpus().isEmpty() ? i : Integer.parseInt(choice.gpus().get(i));
      String name = number < visible.size() ? visible.get(number) : "none";
      gpus.stream()
          .filter(gpu -> gpu.index().equals(name) || gpu.uuid().startsWith(name))
          .forEach(used::add);
    }
    if (used.size() < count) { // such as parts of a GPU
      return count + " of TensorFlow's GPU devices";
    }
    Map<String, Long> names =
        used.stream()
            .collect(Collectors.groupingBy(Gpu::name, TreeMap::new, Collectors.counting()));
    boolean tf32 =
        used.stream().anyMatch(gpu -> gpu.capability() >= AMPERE)
            && Tf32.of(environment) == Tf32.ON;
    return "%s, driver %s, TF32 %s"
        .formatted(
            names.entrySet().stream()
                .map(name -> (name.getValue() == 1 ? "" : name.getValue() + " x ") + name.getKey())
                .collect(Collectors.joining(" and ")),
            used.get(0).driver(),
            tf32 ? "on" : "off");
  }
}

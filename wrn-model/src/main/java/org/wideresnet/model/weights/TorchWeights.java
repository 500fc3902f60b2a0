package org.wideresnet.model.weights;

import static com.google.common.base.Preconditions.checkArgument;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.types.TFloat32;
import org.wideresnet.model.Variant;
import org.wideresnet.model.Weight;
import org.wideresnet.model.WideResNet;
import org.wideresnet.model.WideResNetConfig;
import org.wideresnet.model.WideResNetConfig.Padding;
import org.wideresnet.model.files.AtomicFile;
import org.wideresnet.model.variables.NamedTensors;

/**
 * Weights of the paper's network between {@code .safetensors} files of PyTorch and this program,
 * bit for bit. Kernels are {@code [out, in, height, width]} and {@code [out, in]} there, {@code
 * [height, width, in, out]} and {@code [in, out]} here.
 */
final class TorchWeights {
  private static final String DATA_PARALLEL = "module.";
  private static final String DENSE = "fc.weight";
  private static final String STEPS_OF_NORM = ".num_batches_tracked";

  private TorchWeights() {}

  /**
   * Reads the weights of a network, in one of the {@linkplain TorchLayout layouts}.
   *
   * @return the weights by name, in the network's order; the caller closes them
   * @throws IllegalArgumentException if the file is damaged or holds another network, of which the
   *     message names the first difference; or if the network is not one that PyTorch code has
   * @throws IOException if it cannot be read
   */
  static NamedTensors read(Path file, WideResNet network) throws IOException {
    requireTorch(file, network.config());
    Safetensors stored = open(file);
    Map<String, Safetensors.Entry> entries = withoutExtras(stored.entries());
    TorchLayout layout =
        entries.containsKey(TorchLayout.FUNCTIONS.first())
            ? TorchLayout.FUNCTIONS
            : TorchLayout.MODULES;
    Map<String, Weight> names = layout.names(network);
    mismatch(entries, names)
        .ifPresent(
            difference -> {
              throw new IllegalArgumentException(
                  "%s does not fit %s: %s%s."
                      .formatted(
                          file, network.config().fullName(), difference, held(entries, layout)));
            });
    Map<String, TFloat32> tensors = new LinkedHashMap<>();
    names.forEach(
        (name, weight) -> {
          float[] values = stored.floats(entries.get(name));
          Shape shape = weight.shape();
          tensors.put(
              weight.name(),
              TFloat32.tensorOf(
                  shape, DataBuffers.of(swapped(values, out(shape), in(shape), area(shape)))));
        });
    return new NamedTensors(tensors);
  }

  /** Returns the number of classes of the network in a file, if it has a last layer. */
  static OptionalInt classes(Path file) throws IOException {
    Safetensors.Entry dense = withoutExtras(open(file).entries()).get(DENSE);
    return dense == null || dense.shape().numDimensions() != 2
        ? OptionalInt.empty()
        : OptionalInt.of((int) dense.shape().get(0));
  }

  private static Safetensors open(Path file) throws IOException {
    try {
      return Safetensors.open(file);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "The file %s is damaged, or not of the safetensors format: %s."
              .formatted(file, AtomicFile.reason(e)),
          e);
    }
  }

  /**
   * Writes the weights of a network as the {@code state_dict} of modules, replacing an older file
   * as {@link AtomicFile} does.
   *
   * @throws IllegalArgumentException if the network is not one that PyTorch code has, or a weight
   *     is missing
   * @throws IOException if it cannot be written
   */
  static void write(Path file, WideResNet network, NamedTensors weights) throws IOException {
    requireTorch(file, network.config());
    Map<String, Weight> names = TorchLayout.MODULES.names(network);
    Map<String, Shape> shapes = new LinkedHashMap<>();
    names.forEach((name, weight) -> shapes.put(name, torchShape(weight.shape())));
    AtomicFile.write(
        file,
        unfinished ->
            Safetensors.write(
                unfinished,
                shapes,
                name -> {
                  Shape shape = names.get(name).shape();
                  float[] values = new float[(int) shape.size()];
                  weights.get(names.get(name).name()).copyTo(DataBuffers.of(values, false, false));
                  return swapped(values, area(shape), in(shape), out(shape));
                }));
  }

  private static void requireTorch(Path file, WideResNetConfig config) {
    checkArgument(
        config.variant() == Variant.PAPER && config.padding() == Padding.SYMMETRIC,
        "%s is a file of PyTorch, whose Wide ResNets are the paper's with symmetric padding; %s with"
            + " %s padding is none.",
        file,
        config.fullName(),
        config.padding().name().toLowerCase(Locale.ROOT));
  }

  /** Without what PyTorch adds to the names and to the weights. */
  private static Map<String, Safetensors.Entry> withoutExtras(
      Map<String, Safetensors.Entry> stored) {
    boolean parallel = stored.keySet().stream().allMatch(name -> name.startsWith(DATA_PARALLEL));
    Map<String, Safetensors.Entry> entries = new LinkedHashMap<>();
    stored.forEach(
        (name, entry) -> {
          if (!name.endsWith(STEPS_OF_NORM)) {
            entries.put(parallel ? name.substring(DATA_PARALLEL.length()) : name, entry);
          }
        });
    return entries;
  }

  /** Returns the first difference between what a file holds and what a network needs. */
  private static Optional<String> mismatch(
      Map<String, Safetensors.Entry> entries, Map<String, Weight> names) {
    for (Map.Entry<String, Weight> needed : names.entrySet()) {
      Safetensors.Entry entry = entries.get(needed.getKey());
      Shape shape = torchShape(needed.getValue().shape());
      if (entry == null) {
        return Optional.of("it holds no " + needed.getKey());
      }
      if (!entry.shape().equals(shape)) {
        return Optional.of(
            "its %s has the shape %s where %s is needed"
                .formatted(entry.name(), entry.shape(), shape));
      }
      if (!entry.type().equals(Safetensors.FLOAT32)) {
        return Optional.of(
            "its %s is of the type %s, not of 32-bit floats (%s)"
                .formatted(entry.name(), entry.type(), Safetensors.FLOAT32));
      }
    }
    return entries.entrySet().stream()
        .filter(entry -> !names.containsKey(entry.getKey()))
        .findFirst()
        .map(entry -> "its %s has no place there".formatted(entry.getValue().name()));
  }

  /** The Wide ResNet that a file does hold, if it is one, as the end of a message. */
  private static String held(Map<String, Safetensors.Entry> entries, TorchLayout layout) {
    Safetensors.Entry dense = entries.get(DENSE);
    if (dense == null || dense.shape().numDimensions() != 2) {
      return "";
    }
    long convolutions =
        entries.values().stream()
            .map(Safetensors.Entry::shape)
            .filter(shape -> shape.numDimensions() == 4 && shape.get(3) == 3)
            .count();
    return LayerMatch.config(
            Variant.PAPER,
            (int) convolutions + 3,
            (int) (dense.shape().get(1) / 64),
            (int) dense.shape().get(0))
        .filter(config -> mismatch(entries, layout.names(WideResNet.of(config))).isEmpty())
        .map(config -> "; it holds " + config.fullName())
        .orElse("");
  }

  private static Shape torchShape(Shape shape) {
    return switch (shape.numDimensions()) {
      case 4 -> Shape.of(shape.get(3), shape.get(2), shape.get(0), shape.get(1));
      case 2 -> Shape.of(shape.get(1), shape.get(0));
      default -> shape;
    };
  }

  private static int out(Shape shape) {
    return (int) shape.get(-1);
  }

  private static int in(Shape shape) {
    return shape.numDimensions() == 1 ? 1 : (int) shape.get(-2);
  }

  /** The number of pixels of a kernel; 1 for everything else. */
  private static int area(Shape shape) {
    return (int) (shape.size() / out(shape) / in(shape));
  }

  /** Returns values of the shape {@code [a, b, c]} in the shape {@code [c, b, a]}. */
  private static float[] swapped(float[] values, int a, int b, int c) {
    float[] swapped = new float[values.length];
    for (int i = 0; i < a; i++) {
      for (int j = 0; j < b; j++) {
        for (int k = 0; k < c; k++) {
          swapped[(k * b + j) * a + i] = values[(i * b + j) * c + k];
        }
      }
    }
    return swapped;
  }
}

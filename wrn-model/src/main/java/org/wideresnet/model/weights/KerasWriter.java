package org.wideresnet.model.weights;

import io.jhdf.HdfFile;
import io.jhdf.WritableHdfFile;
import io.jhdf.api.WritableGroup;
import io.jhdf.exceptions.HdfException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.List;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.tensorflow.ndarray.StdArrays;
import org.tensorflow.types.TFloat32;
import org.wideresnet.model.Layer;
import org.wideresnet.model.Weight;
import org.wideresnet.model.WideResNet;
import org.wideresnet.model.variables.NamedTensors;

/**
 * Lays weights out in HDF5 as Keras does, but without the empty groups of layers that have none:
 * Keras 3 does not need them, and jHDF 0.13 writes its own name over whatever follows the last
 * data.
 */
final class KerasWriter {
  /** The file of an archive that holds the weights. */
  static final String IN_ARCHIVE = "model.weights.h5";

  private KerasWriter() {}

  /** Writes a file in the format that a name asks for. */
  static void write(Path file, String name, WideResNet network, NamedTensors tensors)
      throws IOException {
    try {
      if (name.endsWith(".weights.h5")) {
        keras3(file, network, tensors);
      } else if (name.endsWith(".h5")) {
        legacy(file, network, tensors);
      } else {
        archive(file, network, tensors);
      }
    } catch (HdfException e) {
      throw new IOException(e);
    }
  }

  /**
   * As {@code model.save_weights("x.weights.h5")} of Keras 3: {@code layers/conv2d_3/vars/0}. A
   * group is named by the layer's class in snake case and its number in {@code model.layers}, which
   * is just what the layer is called in {@link WideResNet}.
   */
  private static void keras3(Path file, WideResNet network, NamedTensors tensors) {
    try (WritableHdfFile hdf = HdfFile.write(file)) {
      WritableGroup layers = hdf.putGroup("layers");
      for (Layer layer : withWeights(network)) {
        WritableGroup vars = layers.putGroup(layer.name()).putGroup("vars");
        vars.putAttribute("name", layer.name());
        for (int i = 0; i < layer.weights().size(); i++) {
          vars.putDataset(Integer.toString(i), array(tensors, layer.weights().get(i)));
        }
      }
    }
  }

  /**
   * As {@code model.save_weights("x.h5")} of Keras 2: {@code conv2d_3/conv2d_3/kernel:0}, and lists
   * of the names, in order.
   */
  private static void legacy(Path file, WideResNet network, NamedTensors tensors) {
    try (WritableHdfFile hdf = HdfFile.write(file)) {
      List<Layer> layers = withWeights(network);
      hdf.putAttribute("layer_names", layers.stream().map(Layer::name).toArray(String[]::new));
      hdf.putAttribute("backend", "tensorflow");
      hdf.putAttribute("keras_version", "2.0.0");
      for (Layer layer : layers) {
        WritableGroup group = hdf.putGroup(layer.name());
        group.putAttribute(
            "weight_names",
            layer.weights().stream().map(weight -> weight.name() + ":0").toArray(String[]::new));
        WritableGroup values = group.putGroup(layer.name());
        for (Weight weight : layer.weights()) {
          String name = weight.name().substring(layer.name().length() + 1);
          values.putDataset(name + ":0", array(tensors, weight));
        }
      }
    }
  }

  /** As {@code model.save("x.keras")} of Keras 3: weights, and the model in JSON. */
  private static void archive(Path file, WideResNet network, NamedTensors tensors)
      throws IOException {
    Path hdf = file.resolveSibling(file.getFileName() + ".h5");
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
      keras3(hdf, network, tensors);
      zip.setLevel(Deflater.NO_COMPRESSION); // floats hardly shrink
      entry(zip, "metadata.json").write(KerasModelJson.metadata());
      entry(zip, "config.json").write(KerasModelJson.of(network));
      Files.copy(hdf, entry(zip, IN_ARCHIVE));
    } finally {
      Files.deleteIfExists(hdf);
    }
  }

  private static ZipOutputStream entry(ZipOutputStream zip, String name) throws IOException {
    ZipEntry entry = new ZipEntry(name);
    entry.setTimeLocal(LocalDateTime.of(1980, 1, 1, 0, 0)); // the same file from the same weights
    zip.putNextEntry(entry);
    return zip;
  }

  private static List<Layer> withWeights(WideResNet network) {
    return network.layers().stream().filter(layer -> !layer.weights().isEmpty()).toList();
  }

  private static Object array(NamedTensors tensors, Weight weight) {
    TFloat32 tensor = tensors.get(weight.name());
    return switch (tensor.rank()) {
      case 1 -> StdArrays.array1dCopyOf(tensor);
      case 2 -> StdArrays.array2dCopyOf(tensor);
      default -> StdArrays.array4dCopyOf(tensor);
    };
  }
}

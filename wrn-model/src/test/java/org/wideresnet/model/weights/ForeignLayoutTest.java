package org.wideresnet.model.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.jhdf.HdfFile;
import io.jhdf.WritableHdfFile;
import io.jhdf.api.WritableGroup;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.ndarray.StdArrays;
import org.tensorflow.types.TFloat32;
import org.wideresnet.model.variables.NamedTensors;

/** Files of the same network as other versions of Keras, and other scripts, lay them out. */
class ForeignLayoutTest {
  @TempDir Path temp;
  private Path file;
  private final List<Stored> layers = new ArrayList<>();

  /** A layer to be written: the name of its group, the names and values of its weights. */
  private record Stored(String name, List<String> weightNames, List<Object> values) {}

  @BeforeEach
  void readWeights() throws IOException {
    file = temp.resolve("foreign.h5");
    try (NamedTensors weights = weights("keras3.weights.h5")) {
      KerasFixtures.NETWORK.layers().stream()
          .filter(layer -> !layer.weights().isEmpty())
          .forEach(
              layer ->
                  layers.add(
                      new Stored(
                          layer.name(),
                          layer.weights().stream().map(w -> w.name() + ":0").toList(),
                          layer.weights().stream()
                              .map(w -> array(weights.get(w.name())))
                              .toList())));
    }
  }

  @Test
  void namesOfTensorFlow1() throws IOException {
    for (int i = 0; i < layers.size(); i++) {
      String name = layers.get(i).name();
      String number = name.replaceAll("\\D*(2d)?_?", "");
      rename(
          i,
          name.replaceAll("(2d)?(_\\d+)?$", "")
              + (name.startsWith("batch") ? "_v1_" : name.startsWith("conv") ? "2d_" : "_")
              + (37 + (number.isEmpty() ? 0 : Integer.parseInt(number))));
    }
    assertThat(layers).extracting(Stored::name).contains("conv2d_37", "batch_normalization_v1_43");
    write(1);
    assertIsTheNetwork();
  }

  @Test
  void listsThatWereTooLongForOneAttribute() throws IOException {
    write(3);
    assertIsTheNetwork();
  }

  @Test
  void shortcutsBeforeTheConvolutionBeside() throws IOException {
    for (int i = 0; i + 1 < layers.size(); i++) {
      if (List.of("conv2d_2", "conv2d_5", "conv2d_8").contains(layers.get(i).name())) {
        Collections.swap(layers, i, i + 1);
        i++;
      }
    }
    assertThat(layers).extracting(Stored::name).containsSubsequence("conv2d_3", "conv2d_2");
    write(1);
    assertIsTheNetwork();
  }

  @Test
  void optimisersAndMetricsBesideTheLayers() throws IOException {
    try (WritableHdfFile hdf = HdfFile.write(file)) {
      writeKeras3(hdf.putGroup("layers"));
      for (String other : List.of("optimizer", "metrics")) {
        hdf.putGroup(other).putGroup("mean").putGroup("vars").putDataset("0", new float[1]);
      }
    }
    assertIsTheNetwork();
  }

  @Test
  void aModelWithinAModel() throws IOException {
    try (WritableHdfFile hdf = HdfFile.write(file)) {
      WritableGroup outer = hdf.putGroup("layers");
      writeKeras3(outer.putGroup("functional").putGroup("layers"));
      WritableGroup augmentation = outer.putGroup("random_flip").putGroup("seed_generator");
      augmentation.putGroup("vars").putDataset("0", new int[2]);
    }
    assertIsTheNetwork();
  }

  @Test
  void refusesWeightsInAnotherOrder() throws IOException {
    Stored norm = layers.get(1);
    List<String> names = new ArrayList<>(norm.weightNames());
    Collections.swap(names, 0, 1);
    layers.set(1, new Stored(norm.name(), names, norm.values()));
    write(1);
    refuses("its batch_normalization/beta:0 stands where batch_normalization/gamma is expected.");
  }

  @Test
  void refusesAConvolutionWithBias() throws IOException {
    Stored conv = layers.get(2);
    layers.set(
        2,
        new Stored(
            conv.name(),
            List.of("conv2d_1/kernel:0", "conv2d_1/bias:0"),
            List.of(conv.values().get(0), new float[16])));
    write(1);
    refuses("its conv2d_1 with weights of [3, 3, 16, 16], [16] has no place there.");
  }

  @Test
  void refusesAFileThatLacksALayer() throws IOException {
    layers.remove(layers.size() - 1);
    write(1);
    refuses("it holds no layer for dense.");
  }

  @Test
  void refusesAFileThatNamesAWeightItDoesNotHold() throws IOException {
    Stored dense = layers.remove(layers.size() - 1);
    layers.add(new Stored("dense", dense.weightNames(), List.of(dense.values().get(0))));
    write(1);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> KerasWeights.read(file, KerasFixtures.NETWORK))
        .withMessageContaining(file + " is damaged")
        .withMessageContaining("dense/dense/bias:0");
  }

  @Test
  void refusesDoubles() throws IOException {
    Stored dense = layers.remove(layers.size() - 1);
    layers.add(
        new Stored("dense", dense.weightNames(), List.of(dense.values().get(0), new double[10])));
    write(1);
    refuses("its dense/bias:0 is not of 32-bit floats.");
  }

  private void refuses(String difference) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> KerasWeights.read(file, KerasFixtures.NETWORK))
        .withMessage("%s does not fit WRN-10-1 (keras), 10 classes: %s", file, difference);
  }

  private void assertIsTheNetwork() throws IOException {
    try (NamedTensors original = weights("keras2.h5");
        NamedTensors read = KerasWeights.read(file, KerasFixtures.NETWORK)) {
      assertThat(KerasFixtures.sha256(read)).isEqualTo(KerasFixtures.sha256(original));
    }
  }

  private NamedTensors weights(String fixture) throws IOException {
    return KerasWeights.read(KerasFixtures.unpack(fixture, temp), KerasFixtures.NETWORK);
  }

  private void rename(int i, String name) {
    Stored layer = layers.get(i);
    List<String> names =
        layer.weightNames().stream().map(w -> name + w.substring(w.indexOf('/'))).toList();
    layers.set(i, new Stored(name, names, layer.values()));
  }

  /** Writes the layers as Keras 2 does, the list of their names in so many parts. */
  private void write(int parts) {
    try (WritableHdfFile hdf = HdfFile.write(file)) {
      List<String> names = layers.stream().map(Stored::name).toList();
      int length = (names.size() + parts - 1) / parts;
      for (int part = 0; part < parts; part++) {
        List<String> some =
            names.subList(part * length, Math.min(names.size(), (part + 1) * length));
        hdf.putAttribute(
            parts == 1 ? "layer_names" : "layer_names" + part, some.toArray(String[]::new));
      }
      for (Stored layer : layers) {
        WritableGroup group = hdf.putGroup(layer.name());
        group.putAttribute("weight_names", layer.weightNames().toArray(String[]::new));
        WritableGroup inner = group.putGroup(layer.name());
        for (int i = 0; i < layer.values().size(); i++) { // perhaps fewer than names
          String name = layer.weightNames().get(i);
          inner.putDataset(name.substring(name.indexOf('/') + 1), layer.values().get(i));
        }
      }
    }
  }

  private void writeKeras3(WritableGroup group) {
    for (Stored layer : layers) {
      WritableGroup vars = group.putGroup(layer.name()).putGroup("vars");
      for (int i = 0; i < layer.values().size(); i++) {
        vars.putDataset(Integer.toString(i), layer.values().get(i));
      }
    }
  }

  private static Object array(TFloat32 tensor) {
    return switch (tensor.rank()) {
      case 1 -> StdArrays.array1dCopyOf(tensor);
      case 2 -> StdArrays.array2dCopyOf(tensor);
      default -> StdArrays.array4dCopyOf(tensor);
    };
  }
}

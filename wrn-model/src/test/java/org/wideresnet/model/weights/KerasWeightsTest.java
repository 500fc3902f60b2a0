package org.wideresnet.model.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.Graph;
import org.tensorflow.Session;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.wideresnet.model.Variant;
import org.wideresnet.model.WideResNet;
import org.wideresnet.model.variables.NamedTensors;
import org.wideresnet.model.variables.Variables;

class KerasWeightsTest {
  private static final WideResNet SMALL = WideResNet.of(Variant.KERAS.config(10, 1, 10));

  @TempDir Path temp;

  @ParameterizedTest
  @CsvSource({
    "KERAS, 10, 1, 10, a.weights.h5",
    "PAPER, 10, 1, 100, a.weights.h5",
    "KERAS, 16, 2, 100, a.weights.h5",
    "KERAS, 10, 1, 10, a.keras",
    "PAPER, 16, 2, 100, a.keras",
    "KERAS, 10, 1, 100, a.h5",
    "PAPER, 10, 1, 10, a.h5",
    "PAPER, 16, 2, 2, a.h5",
  })
  void keepsEveryBit(Variant variant, int depth, int k, int classes, String name)
      throws IOException {
    WideResNet network = WideResNet.of(variant.config(depth, k, classes));
    Path file = temp.resolve("new folder").resolve(name);
    try (NamedTensors weights = initial(network)) {
      float[] odd = {
        Float.intBitsToFloat(0x7fc12345), -0f, Float.MIN_VALUE, Float.NEGATIVE_INFINITY
      };
      for (int i = 0; i < odd.length; i++) {
        weights.get("batch_normalization/beta").setFloat(odd[i], i);
      }
      KerasWeights.write(file, network, weights);
      try (NamedTensors read = KerasWeights.read(file, network)) {
        assertThat(read.asMap().keySet()).containsExactlyElementsOf(weights.asMap().keySet());
        assertThat(KerasFixtures.sha256(read)).isEqualTo(KerasFixtures.sha256(weights));
        assertThat(Float.floatToRawIntBits(read.get("batch_normalization/beta").getFloat(0)))
            .isEqualTo(0x7fc12345);
      }
    }
    assertThat(file.getParent().toFile().list()).containsExactly(name);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "KERAS|16|1|10|layers/conv2d_4/vars/0 has the shape [3, 3, 16, 16] where conv2d_4/kernel"
            + " needs [3, 3, 16, 32]; it holds WRN-16-1 (keras), 10 classes.",
        "KERAS|10|2|10|layers/conv2d_1/vars/0 has the shape [3, 3, 16, 32] where conv2d_1/kernel"
            + " needs [3, 3, 16, 16]; it holds WRN-10-2 (keras), 10 classes.",
        "KERAS|10|1|100|layers/dense/vars/0 has the shape [64, 100] where dense/kernel needs"
            + " [64, 10]; it holds WRN-10-1 (keras), 100 classes.",
        "PAPER|10|1|10|layers/conv2d_5/vars/0 has the shape [1, 1, 16, 32] where conv2d_3/kernel"
            + " needs [1, 1, 16, 16]; it holds WRN-10-1 (paper), 10 classes.",
      })
  void refusesAnotherNetworkAndNamesTheFirstDifference(
      Variant variant, int depth, int k, int classes, String difference) throws IOException {
    Path file = write("a.weights.h5", WideResNet.of(variant.config(depth, k, classes)));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> KerasWeights.read(file, SMALL))
        .withMessage("%s does not fit WRN-10-1 (keras), 10 classes: its %s", file, difference);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 4, 100, 2_000, 100_000})
  void refusesAFileThatIsCutShort(int length) throws IOException {
    for (String name : new String[] {"keras3.weights.h5", "keras3.keras", "keras2.h5"}) {
      Path file = KerasFixtures.unpack(name, temp);
      Files.write(file, Arrays.copyOf(Files.readAllBytes(file), length));
      refuses(file);
    }
  }

  /** A value may be changed unnoticed, for HDF5 has no checksums; nothing else may happen. */
  @ParameterizedTest
  @ValueSource(strings = {"keras3.weights.h5", "keras3.keras", "keras2.h5"})
  void aDamagedFileIsReadOrRefused(String name) throws IOException {
    Path file = KerasFixtures.unpack(name, temp);
    byte[] whole = Files.readAllBytes(file);
    Random random = new Random(1);
    int refused = 0;
    for (int i = 0; i < 60; i++) {
      byte[] damaged = whole.clone();
      for (int j = 0; j < 20; j++) {
        damaged[random.nextInt(random.nextBoolean() ? 4_000 : damaged.length)] =
            (byte) random.nextInt();
      }
      Files.write(file, damaged);
      try {
        KerasWeights.read(file, SMALL).close();
      } catch (IllegalArgumentException e) {
        assertThat(e).hasMessageContaining(file.toString()).hasMessageEndingWith(".");
        assertThat(e.getMessage().lines()).hasSize(1);
        refused++;
      }
    }
    assertThat(refused).isPositive();
  }

  @Test
  void noticesAChangedValueInAnArchive() throws IOException {
    Path file = KerasFixtures.unpack("keras3.keras", temp);
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length / 2] ^= 1;
    Files.write(file, bytes);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> KerasWeights.read(file, SMALL))
        .withMessageContaining(file + " is damaged")
        .withMessageEndingWith(": its checksum is wrong.");
  }

  @Test
  void refusesWhatIsNoFileOfKeras() throws IOException {
    refuses(temp);
    refuses(temp.resolve("missing.h5"));
    refuses(Files.writeString(temp.resolve("text.h5"), "weights"));
    Path archive = temp.resolve("a.keras");
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(archive))) {
      zip.putNextEntry(new ZipEntry("config.json"));
    }
    refuses(archive);
  }

  @Test
  void aFailureLeavesTheOlderFile() throws IOException {
    Path file = write("a.weights.h5", SMALL);
    byte[] before = Files.readAllBytes(file);
    try (NamedTensors weights = initial(SMALL)) {
      Map<String, TFloat32> some = new HashMap<>(weights.asMap());
      some.remove("dense/bias");
      assertThatThrownBy(() -> KerasWeights.write(file, SMALL, new NamedTensors(some)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("There is no tensor 'dense/bias'.");
      assertThatThrownBy(() -> KerasWeights.write(file.resolve("b.h5"), SMALL, weights))
          .isInstanceOf(IOException.class)
          .hasMessageContaining(file.resolve("b.h5") + " could not be written")
          .hasMessageContaining(file + " is not a folder");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> KerasWeights.write(temp.resolve("a.ckpt"), SMALL, weights));
    }
    assertThat(file).hasBinaryContent(before);
    assertThat(temp.toFile().list()).containsExactly("a.weights.h5");
  }

  private static void refuses(Path file) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> KerasWeights.read(file, SMALL).close())
        .withMessageContaining(file.toString())
        .withMessageEndingWith(".")
        .satisfies(e -> assertThat(e.getMessage().lines()).hasSize(1));
  }

  private Path write(String name, WideResNet network) throws IOException {
    try (NamedTensors weights = initial(network)) {
      KerasWeights.write(temp.resolve(name), network, weights);
    }
    return temp.resolve(name);
  }

  private static NamedTensors initial(WideResNet network) {
    try (Graph graph = new Graph();
        Session session = new Session(graph)) {
      Variables variables = new Variables(Ops.create(graph), network.weights(), 3);
      variables.initialize(session);
      return variables.read(session);
    }
  }
}

package org.wideresnet.train.parity;

import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.wideresnet.data.CifarFiles;
import org.wideresnet.data.generate.GeneratedCifar;
import org.wideresnet.model.DataFormat;
import org.wideresnet.model.Variant;

/**
 * Compares Java with Keras while both run: {@code mvn verify -Pparity}. The table of the largest
 * deviations is printed, and written to {@code target/parity.json}.
 */
@Tag("parity")
@EnabledIfEnvironmentVariable(
    named = "WRN_PYTHON",
    matches = ".+",
    disabledReason = "WRN_PYTHON names no Python with what notebooks/requirements.txt lists")
class KerasParityTest {
  private static final Path TARGET = Path.of("target");

  @TempDir static Path folder;
  private static final ParityTable table = new ParityTable("Keras");
  private static Twin twin;

  @BeforeAll
  static void startTwin() throws IOException {
    twin = new Twin("keras_parity.py", folder, TARGET.resolve("parity-twin.log"));
  }

  @BeforeEach
  void kerasIsThere() {
    assumeThat(twin.missing()).as("what WRN_PYTHON lacks of notebooks/requirements.txt").isEmpty();
  }

  @AfterEach
  void allIsWithinItsTolerance() {
    table.assertPassed();
  }

  @AfterAll
  static void report() throws IOException {
    if (!table.isEmpty()) {
      System.out.println(table);
      table.writeJson(TARGET.resolve("parity.json"));
    }
    twin.close();
  }

  static Stream<ParityCase> small() {
    return ParityCase.all("wrn-10-1", "wrn-16-1", "wrn-16-2", "wrn-16-4");
  }

  static Stream<ParityCase> networks() {
    return Stream.concat(small(), large());
  }

  /** Each variant and each number of classes in one layout: steps take long. */
  static Stream<ParityCase> half() {
    return small().filter(c -> (c.format() == DataFormat.CHANNELS_LAST) == (c.classes() == 10));
  }

  static Stream<ParityCase> large() {
    return ParityCase.all("wrn-28-10")
        .filter(c -> (c.variant() == Variant.KERAS) == (c.classes() == 10));
  }

  @ParameterizedTest
  @MethodSource("networks")
  void layersAndTheirTable(ParityCase network) throws IOException {
    LayerComparison layers = new LayerComparison(twin, table);
    layers.compare(network, 0);
    layers.compare(network, 0.3f);
  }

  @ParameterizedTest
  @MethodSource("small")
  void inferenceGradientsAndMovingStatistics(ParityCase network) throws IOException {
    new NetworkComparison(table, start(network)).aStep();
  }

  @ParameterizedTest
  @MethodSource("large")
  void inferenceOfTheLargeNetwork(ParityCase network) throws IOException {
    new NetworkComparison(table, start(network)).inference();
  }

  @ParameterizedTest
  @MethodSource("half")
  void stepsOfNesterovWithDecay(ParityCase network) throws IOException {
    new StepComparison(table, start(network)).sgd();
  }

  @ParameterizedTest
  @MethodSource("half")
  void stepsOfAdam(ParityCase network) throws IOException {
    new StepComparison(table, start(network)).adam();
  }

  @Test
  void pixels() throws IOException {
    PixelComparison.compare(twin, table, GeneratedCifar.TEN.open(folder));
    PixelComparison.compare(twin, table, GeneratedCifar.HUNDRED.open(folder));
    CifarFiles files = CifarFiles.ofThisMachine();
    for (String real : List.of("cifar10", "cifar100")) {
      if (files.isPresent(real, null)) {
        PixelComparison.compare(twin, table, files.openTest(real, null));
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Variant.class)
  void augmentation(Variant variant) throws IOException {
    new AugmentationComparison(twin, table, folder)
        .compare(variant, GeneratedCifar.TEN.open(folder));
  }

  @ParameterizedTest
  @EnumSource(Variant.class)
  void dropout(Variant variant) throws IOException {
    ParityCase network = new ParityCase("wrn-16-2", variant, DataFormat.CHANNELS_LAST, 10);
    DropoutComparison.compare(twin, table, network, folder);
  }

  @Test
  void lossesOfTheFirst50Steps() throws IOException {
    StreamComparison stream = new StreamComparison(twin, folder);
    float[] slow = stream.lossesOfTwin(0.02f, DataFormat.CHANNELS_LAST);
    double slowDeviation = Deviation.largestRelative(stream.lossesOfJava(0.02f), slow);
    table.add(ParityCheck.STREAM, stream.where(), slowDeviation);

    float[] fast = stream.lossesOfTwin(0.1f, DataFormat.CHANNELS_LAST);
    float[] other = stream.lossesOfTwin(0.1f, DataFormat.CHANNELS_FIRST);
    double fastDeviation = Deviation.largestRelative(stream.lossesOfJava(0.1f), fast);
    table.add(ParityCheck.STREAM_FAST, stream.where(), fastDeviation);
    table.add(ParityCheck.STREAM_TWINS, stream.where(), Deviation.largestRelative(other, fast));
  }

  private static SameStart start(ParityCase network) throws IOException {
    return new SameStart(twin, network, folder);
  }
}

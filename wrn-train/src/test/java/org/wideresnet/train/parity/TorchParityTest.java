package org.wideresnet.train.parity;

import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.wideresnet.model.DataFormat;
import org.wideresnet.model.Variant;

/**
 * Compares the paper's network in Java with PyTorch while both run: {@code mvn verify -Pparity}.
 * The table of the largest deviations is printed, and written to {@code target/parity-torch.json}.
 */
@Tag("parity")
@EnabledIfEnvironmentVariable(
    named = "WRN_PYTHON",
    matches = ".+",
    disabledReason = "WRN_PYTHON names no Python with what notebooks/requirements-torch.txt lists")
class TorchParityTest {
  private static final Path TARGET = Path.of("target");

  @TempDir static Path folder;
  private static final ParityTable table = new ParityTable("PyTorch");
  private static Twin torch;

  @BeforeAll
  static void startTorch() throws IOException {
    torch = new Twin("torch_parity.py", folder, TARGET.resolve("parity-torch.log"));
  }

  @BeforeEach
  void torchIsThere() {
    assumeThat(torch.missing())
        .as("what WRN_PYTHON lacks of notebooks/requirements-torch.txt")
        .isEmpty();
  }

  @AfterEach
  void allIsWithinItsTolerance() {
    table.assertPassed();
  }

  @AfterAll
  static void report() throws IOException {
    if (!table.isEmpty()) {
      System.out.println(table);
      table.writeJson(TARGET.resolve("parity-torch.json"));
    }
    torch.close();
  }

  @ParameterizedTest
  @CsvSource({"wrn-10-1, 10", "wrn-16-2, 10", "wrn-28-10, 100"})
  void inferenceGradientsAndMovingStatistics(String model, int classes) throws IOException {
    new NetworkComparison(table, start(model, classes)).aStep();
  }

  @ParameterizedTest
  @CsvSource({"wrn-10-1, 10", "wrn-16-2, 10"})
  void stepsOfNesterovWithDecay(String model, int classes) throws IOException {
    new StepComparison(table, start(model, classes)).nesterov();
  }

  private static SameStart start(String model, int classes) throws IOException {
    ParityCase network = new ParityCase(model, Variant.PAPER, DataFormat.CHANNELS_LAST, classes);
    return new SameStart(torch, network, folder);
  }
}

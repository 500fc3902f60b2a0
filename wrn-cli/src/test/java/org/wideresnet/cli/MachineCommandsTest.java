package org.wideresnet.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.wideresnet.train.device.Devices;

class MachineCommandsTest {
  @Test
  void devicesShowsTheCpuAndItsKernels() {
    Wrn wrn = Wrn.run("devices", "--json").succeeded();
    assertThat(wrn.out())
        .contains("\"name\":\"cpu:0\"", "\"onednn\":", "\"gpu_build\":")
        .hasLineCount(1);
    assertThat(wrn.err()).contains("TensorFlow", ", built for C", "oneDNN", "bfloat16", "GPU ");
  }

  @Test
  void benchTrainMeasuresSteps() {
    Wrn wrn =
        Wrn.run(
                "bench",
                "train",
                "--model",
                "wrn-10-1",
                "--batch-size",
                "4",
                "--steps",
                "2",
                "--json")
            .succeeded();
    assertThat(wrn.out())
        .startsWith("{\"model\":\"WRN-10-1\",\"precision\":\"fp32\",\"batch_size\":4,\"towers\":1,")
        .contains("\"step_seconds_median\":", "\"images_per_second\":", "\"peak_rss_bytes\":")
        .hasLineCount(1);
    assertThat(wrn.err()).contains("WRN-10-1 in fp32, batches of 4");
  }

  @Test
  void benchDataMeasuresThePipeline(@TempDir Path temp) {
    Path data = TestData.small(temp);
    Wrn wrn =
        Wrn.run("bench", "data", "--data", data, "--batch-size", 32, "--epochs", 1, "--json")
            .succeeded();
    assertThat(wrn.out())
        .startsWith("{\"images_per_second\":")
        .contains("\"images_per_second_plain\":")
        .hasLineCount(1);
    assertThat(wrn.err()).contains("batches of 32", "flip-crop");
  }

  @Test
  void refusesADeviceThatIsNone() {
    Wrn.run("bench", "train", "--device", "tpu").refused("tpu", "cpu, gpu");
  }

  @Test
  void refusesAGpuWhereThereIsNone() {
    assumeThat(Devices.ofThisMachine().hasGpu()).as("a GPU is there").isFalse();
    Wrn.run("bench", "train", "--device", "gpu").refused("--device is gpu", "--device cpu");
  }

  @Test
  void aGroupNeedsACommand() {
    Wrn.run("bench").refused("A command is missing", "wrn bench --help");
  }
}

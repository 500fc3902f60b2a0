package org.wideresnet.train.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.wideresnet.train.settings.ComputeSettings;
import org.wideresnet.train.settings.DeviceChoice;
import org.wideresnet.train.settings.tree.SettingsTree;

class WorkerGpusTest {
  private static final String THREE =
      NvidiaSmiTest.TWO_AMPERE + "2, GPU-cccc, 7.0, 550.54.15, Tesla V100\n";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        // device | CUDA_VISIBLE_DEVICES | GPUs of the workers 0 to 3
        "auto     |                | 0 1 2 0",
        "gpu      |                | 0 1 2 0",
        "gpu:2,0  |                | 2 0 2 0",
        "gpu:1    |                | 1 1 1 1",
        "auto     | 5,GPU-aaaa     | 5 GPU-aaaa 5 GPU-aaaa",
        "gpu:1    | 5,GPU-aaaa     | GPU-aaaa GPU-aaaa GPU-aaaa GPU-aaaa",
        "auto     | -1             | ''",
        "cpu      |                | ''",
      })
  void workersTakeTurns(String device, String visible, String dealt) {
    WorkerGpus gpus = gpus(device, visible, THREE);
    for (int worker = 0; worker < 4; worker++) {
      assertThat(gpus.ofWorker(worker).orElse(""))
          .isEqualTo(dealt.isEmpty() ? "" : dealt.split(" ")[worker]);
    }
  }

  @Test
  void refusesAGpuThatIsNotThere() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> gpus("gpu:0,3", null, THREE))
        .withMessageContaining("--device is gpu:0,3, but TensorFlow does not see gpu:0 and gpu:3");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> gpus("gpu", null, "").devicesOfWorker(new DeviceChoice("gpu")))
        .withMessageContaining("--device is gpu, but");
    assertThat(WorkerGpus.of(DeviceChoice.AUTO, false, Map.of(), () -> NvidiaSmi.of(THREE)).names())
        .isEmpty();
  }

  /** What starts workers knows what they see, and does not ask TensorFlow for it. */
  @Test
  void aWorkerHasATowerForItsGpu() {
    WorkerGpus gpus = gpus("gpu:1,2", null, THREE);
    ObjectNode options = SettingsTree.empty();
    SettingsTree.set(options, "device", "gpu");
    SettingsTree.set(options, "towers", "auto");
    ComputeSettings resolved =
        AutomaticSettings.resolve(options, settings -> gpus.devicesOfWorker(settings.device()));
    assertThat(resolved.towers()).isOne();
    assertThat(gpus.devicesOfWorker(DeviceChoice.AUTO).gpus()).isOne();
    assertThat(new WorkerGpus(List.of()).devicesOfWorker(DeviceChoice.AUTO).hasGpu()).isFalse();
  }

  private static WorkerGpus gpus(String device, String visible, String driver) {
    return WorkerGpus.of(
        new DeviceChoice(device),
        true,
        visible == null ? Map.of() : Map.of("CUDA_VISIBLE_DEVICES", visible),
        () -> NvidiaSmi.of(driver));
  }
}

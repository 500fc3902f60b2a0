package org.wideresnet.cli.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.wideresnet.train.device.WorkerGpus;

/** What workers on this machine are started with; none is started here. */
class WorkerEnvironmentTest {
  private static final Path RUN = Path.of("run");
  private static final List<String> ADDRESSES =
      List.of("localhost:1", "localhost:2", "localhost:3");

  private static Map<String, String> environment(int worker, boolean deterministic, String... gpus)
      throws IOException {
    return new LocalWorkers(
            3, RUN, Duration.ofSeconds(1), new WorkerGpus(List.of(gpus)), deterministic)
        .process(worker, ADDRESSES, 1, List.of("train"))
        .environment();
  }

  @Test
  void eachWorkerSeesItsOwnGpu() throws IOException {
    assertThat(environment(0, false, "4", "7")).containsEntry("CUDA_VISIBLE_DEVICES", "4");
    assertThat(environment(1, false, "4", "7"))
        .containsEntry("CUDA_VISIBLE_DEVICES", "7")
        .hasEntrySatisfying("TF_CONFIG", config -> assertThat(config).contains("\"index\":1"));
    assertThat(environment(2, false, "4", "7")).containsEntry("CUDA_VISIBLE_DEVICES", "4");
  }

  @Test
  void withoutGpusTheEnvironmentIsThatOfTheParent() throws IOException {
    assertThat(environment(0, false).get("CUDA_VISIBLE_DEVICES"))
        .isEqualTo(System.getenv("CUDA_VISIBLE_DEVICES"));
  }

  @Test
  void deterministicWorkersHaveTheVariable() throws IOException {
    assertThat(environment(1, true)).containsEntry("TF_DETERMINISTIC_OPS", "1");
    assertThat(environment(1, false).get("TF_DETERMINISTIC_OPS"))
        .isEqualTo(System.getenv("TF_DETERMINISTIC_OPS"));
  }

  @Test
  void aWorkersOwnGpuIsItsFirst() {
    assertThat(
            WorkerOptions.workerArguments(
                List.of("train", "--workers", "2", "--device", "gpu:0,3", "--epochs", "1"), RUN))
        .containsExactly("train", "--device", "gpu", "--epochs", "1", "--run-dir", "run");
    assertThat(
            WorkerOptions.workerArguments(
                List.of("train", "--device=gpu:1", "--run-dir=x", "--workers=2"), RUN))
        .containsExactly("train", "--device=gpu", "--run-dir", "run");
    assertThat(WorkerOptions.workerArguments(List.of("train", "--device", "cpu"), RUN))
        .containsExactly("train", "--device", "cpu", "--run-dir", "run");
  }
}

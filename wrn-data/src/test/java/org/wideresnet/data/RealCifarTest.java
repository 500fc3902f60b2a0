package org.wideresnet.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.tensorflow.Graph;
import org.tensorflow.Session;
import org.tensorflow.op.Ops;
import org.wideresnet.data.files.RecordLayout;
import org.wideresnet.data.pipeline.CifarPipeline;
import org.wideresnet.data.pipeline.ImageStore;

class RealCifarTest {

  @Test
  void theFirstImageIsTheFrog() {
    String folder = System.getenv("WRN_DATA_DIR");
    assumeThat(folder).as("WRN_DATA_DIR, the folder of CIFAR-10's files").isNotNull();
    Path file = Path.of(folder, "cifar-10-batches-bin", "data_batch_1.bin");
    assumeThat(file).as("CIFAR-10 in WRN_DATA_DIR").isRegularFile();
    try (Graph graph = new Graph()) {
      Ops tf = Ops.create(graph);
      ImageStore store = ImageStore.of(tf, List.of(file), RecordLayout.CIFAR10);
      assertThat(store.size()).isEqualTo(10_000);
      CifarPipeline first = CifarPipeline.evaluation(tf, store, 0, 1, 1);
      try (Session session = new Session(graph)) {
        store.load(session);
        Epoch read = Epoch.run(first, session, 0);
        assertThat(read.order()).containsExactly(6);
        byte[] frog = read.images().get(0);
        assertThat(List.of(frog[0], frog[3], frog[6], frog[9]))
            .containsExactly((byte) 59, (byte) 43, (byte) 50, (byte) 68);
      }
    }
  }
}

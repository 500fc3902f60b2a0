package org.wideresnet.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.Graph;
import org.tensorflow.Session;
import org.tensorflow.op.Ops;
import org.wideresnet.data.augment.Augmentation;
import org.wideresnet.data.files.RecordLayout;
import org.wideresnet.data.pipeline.CifarPipeline;
import org.wideresnet.data.pipeline.ImageStore;

class PipelineMemoryTest {

  private static final int IMAGES = 1600;
  private static final long EPOCH_BYTES = (long) IMAGES * RecordLayout.IMAGE_BYTES;

  @TempDir Path folder;

  @Test
  void epochsHoldOnToNothing() throws IOException {
    Path file = Records.numbered(folder, 0, IMAGES);
    try (Graph graph = new Graph()) {
      Ops tf = Ops.create(graph);
      ImageStore store = ImageStore.of(tf, List.of(file), Records.NUMBERED);
      CifarPipeline pipeline =
          CifarPipeline.training(tf, store, IMAGES, IMAGES / 4, Augmentation.parse("flip-crop"), 1);
      try (Session session = new Session(graph)) {
        store.load(session);
        run(pipeline, session, 10);
        long before = Pointer.physicalBytes();
        run(pipeline, session, 60);
        // A batch an epoch, if it leaked, would be a quarter of all that passed.
        assertThat(Pointer.physicalBytes() - before).isLessThan(60 * EPOCH_BYTES / 5);
      }
    }
  }

  private static void run(CifarPipeline pipeline, Session session, int epochs) {
    for (int epoch = 0; epoch < epochs; epoch++) {
      pipeline.startEpoch(session, epoch);
      for (int step = 0; step < pipeline.steps(); step++) {
        session.runner().fetch(pipeline.images()).fetch(pipeline.labels()).run().close();
      }
    }
  }
}

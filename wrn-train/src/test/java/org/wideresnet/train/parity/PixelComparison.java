package org.wideresnet.train.parity;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.Tensor;
import org.tensorflow.ndarray.buffer.ByteDataBuffer;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.wideresnet.data.files.CifarDataset;
import org.wideresnet.data.pipeline.CifarPipeline;
import org.wideresnet.data.pipeline.ImageStore;
import org.wideresnet.model.Normalization;

/** Compares test images as they are decoded, and as they are normalised. */
final class PixelComparison {
  private PixelComparison() {}

  static void compare(Twin twin, ParityTable table, CifarDataset data) throws IOException {
    Path file = data.testFiles().get(0);
    Map<String, NumpyArray> keras =
        twin.arrays(
            List.of(
                "decode",
                "--inputs",
                file.toString(),
                "--classes",
                String.valueOf(data.layout().classes())));
    int images = (int) keras.get("labels").shape().get(0);
    try (Graph graph = new Graph();
        Session session = new Session(graph)) {
      Ops tf = Ops.create(graph);
      ImageStore store = ImageStore.of(tf, data.testFiles(), data.layout());
      CifarPipeline batches = CifarPipeline.evaluation(tf, store, 0, images, images);
      Operand<TFloat32> pixels = Normalization.PAPER_CIFAR10.apply(tf, batches.images());
      store.load(session);
      batches.startEpoch(session, 0);
      try (Result result =
          session.runner().fetch(batches.images()).fetch(batches.labels()).fetch(pixels).run()) {
        table.add(ParityCheck.PIXELS, data.name(), differences(result.get(0), keras.get("images")));
        table.add(ParityCheck.PIXELS, data.name(), differences(result.get(1), keras.get("labels")));
        table.add(ParityCheck.PIXELS, data.name(), differences(result.get(2), keras.get("pixels")));
      }
    }
  }

  /** Returns the number of bytes that differ. */
  private static int differences(Tensor actual, NumpyArray expected) {
    byte[] bytes = new byte[expected.bytes().length];
    ByteDataBuffer data = actual.asRawTensor().data();
    assertThat(data.size()).isEqualTo(bytes.length);
    data.read(bytes);
    int different = 0;
    for (int i = 0; i < bytes.length; i++) {
      different += bytes[i] == expected.bytes()[i] ? 0 : 1;
    }
    return different;
  }
}

package org.wideresnet.data;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.ndarray.NdArrays;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TUint8;
import org.wideresnet.data.files.RecordLayout;
import org.wideresnet.data.pipeline.CifarPipeline;

/** All batches of an epoch, brought to Java: per batch the labels, and images by label. */
public record Epoch(List<List<Integer>> batches, List<byte[]> images) {

  /** Runs one epoch of {@code pipeline}. */
  public static Epoch run(CifarPipeline pipeline, Session session, long epoch) {
    pipeline.startEpoch(session, epoch);
    List<List<Integer>> batches = new ArrayList<>();
    List<byte[]> images = new ArrayList<>();
    for (int step = 0; step < pipeline.steps(); step++) {
      try (Result batch =
          session.runner().fetch(pipeline.images()).fetch(pipeline.labels()).run()) {
        TInt32 labels = (TInt32) batch.get(1);
        int size = (int) labels.shape().get(0);
        batches.add(IntStream.range(0, size).map(i -> labels.getInt(i)).boxed().toList());
        images.addAll(images((TUint8) batch.get(0)));
      }
    }
    return new Epoch(batches, images);
  }

  /** The images of a tensor {@code [n, 32, 32, 3]}, each as its 3,072 bytes. */
  static List<byte[]> images(TUint8 tensor) {
    int count = (int) tensor.shape().get(0);
    return IntStream.range(0, count)
        .mapToObj(
            i -> {
              byte[] bytes = new byte[RecordLayout.IMAGE_BYTES];
              tensor.get(i).copyTo(NdArrays.wrap(RecordLayout.IMAGE_SHAPE, DataBuffers.of(bytes)));
              return bytes;
            })
        .toList();
  }

  /** The labels in the order they came. */
  public List<Integer> order() {
    return batches.stream().flatMap(List::stream).toList();
  }

  /** The images by label. */
  public Map<Integer, byte[]> byLabel() {
    List<Integer> order = order();
    return IntStream.range(0, order.size())
        .boxed()
        .collect(Collectors.toMap(order::get, images::get));
  }
}

package org.wideresnet.export.write;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnknownFieldSet;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.Tensor;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Ops;
import org.tensorflow.op.data.TfRecordDataset;
import org.tensorflow.proto.TensorProto;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TString;
import org.tensorflow.types.TUint8;
import org.wideresnet.export.ExportOptions;
import org.wideresnet.export.SavedModelExporter;
import org.wideresnet.export.TestModels;
import org.wideresnet.export.graph.Tensors;
import org.wideresnet.export.load.LoadedModel;

/** Reads the records with TensorFlow, their fields by number, and sends them to the export. */
class WarmupRequestsTest {
  private static final int RECORDS = 10;

  @TempDir Path temp;

  @Test
  void areAnsweredByTheExport() throws IOException {
    Path checkpoint = TestModels.checkpoint(temp.resolve("checkpoint"), TestModels.WRN_10_1);
    Path folder =
        SavedModelExporter.export(checkpoint, temp.resolve("models"), ExportOptions.DEFAULT)
            .folder();
    List<String> seen = new ArrayList<>();
    try (LoadedModel model = LoadedModel.load(folder, false)) {
      for (byte[] record : records(folder.resolve(WarmupRequests.FILE))) {
        UnknownFieldSet log = UnknownFieldSet.parseFrom(record);
        boolean isClassify = log.hasField(2);
        UnknownFieldSet request = message(message(log, isClassify ? 2 : 6), 1);
        UnknownFieldSet modelSpec = message(request, 1);
        assertThat(bytes(modelSpec, 1).toStringUtf8()).isEqualTo("wrn");
        String signature = bytes(modelSpec, 3).toStringUtf8();
        UnknownFieldSet input = message(request, 2);
        if (isClassify) {
          seen.add(signature + " " + classify(model, message(input, 1)));
          continue;
        }
        String output = signature.equals("features") ? "features" : "probabilities";
        try (Tensor value = tensor(TensorProto.parseFrom(bytes(input, 2)));
            Result answer =
                model.run(signature, bytes(input, 1).toStringUtf8(), value, List.of(output))) {
          seen.add(signature + " " + answer.get(0).shape().get(0));
        }
      }
    }
    assertThat(seen)
        .containsExactlyInAnyOrder(
            "serving_default 1",
            "serving_default 16",
            "image_bytes 1",
            "image_bytes 16",
            "features 1",
            "features 16",
            "keras 1",
            "keras 16",
            "classify 1",
            "classify 16");
  }

  /** Returns to how many examples of a list there is an answer. */
  private static long classify(LoadedModel model, UnknownFieldSet list) {
    List<byte[]> examples =
        list.getField(1).getLengthDelimitedList().stream().map(ByteString::toByteArray).toList();
    try (TString inputs = Tensors.strings(examples);
        Result answer = model.run("classify", "inputs", inputs, List.of("scores", "classes"))) {
      assertThat(answer.get(0).shape()).isEqualTo(answer.get(1).shape());
      return answer.get(0).shape().get(0);
    }
  }

  /** Fails unless there are as many records as expected, with the right checksums. */
  private static List<byte[]> records(Path file) {
    try (Graph graph = new Graph();
        Session session = new Session(graph)) {
      Ops tf = Ops.create(graph);
      List<Shape> shapes = List.of(Shape.of(-1));
      TfRecordDataset records =
          tf.data.tfRecordDataset(
              tf.array(file.toString()), tf.constant(""), tf.constant(0L), tf.array(0L));
      Operand<?> batch =
          tf.data.batchDataset(
              records, tf.constant(100L), tf.constant(false), List.of(TString.class), shapes);
      Operand<?> all =
          tf.data.datasetToSingleElement(batch, List.of(TString.class), shapes).components().get(0);
      try (TString values = (TString) session.runner().fetch(all).run().get(0)) {
        assertThat(values.shape()).isEqualTo(Shape.of(RECORDS));
        List<byte[]> result = new ArrayList<>();
        for (int i = 0; i < RECORDS; i++) {
          result.add(values.asBytes().getObject(i));
        }
        return result;
      }
    }
  }

  private static ByteString bytes(UnknownFieldSet message, int number) {
    List<ByteString> values = message.getField(number).getLengthDelimitedList();
    assertThat(values).hasSize(1);
    return values.get(0);
  }

  private static UnknownFieldSet message(UnknownFieldSet message, int number)
      throws InvalidProtocolBufferException {
    return UnknownFieldSet.parseFrom(bytes(message, number));
  }

  private static Tensor tensor(TensorProto proto) {
    long[] sizes =
        proto.getTensorShape().getDimList().stream().mapToLong(dim -> dim.getSize()).toArray();
    return switch (proto.getDtype()) {
      case DT_STRING ->
          Tensors.strings(proto.getStringValList().stream().map(ByteString::toByteArray).toList());
      case DT_UINT8 ->
          TUint8.tensorOf(
              Shape.of(sizes), DataBuffers.of(proto.getTensorContent().toByteArray(), true, false));
      case DT_FLOAT -> {
        FloatBuffer floats =
            proto
                .getTensorContent()
                .asReadOnlyByteBuffer()
                .order(ByteOrder.LITTLE_ENDIAN)
                .asFloatBuffer();
        float[] values = new float[floats.remaining()];
        floats.get(values);
        yield TFloat32.tensorOf(Shape.of(sizes), DataBuffers.of(values));
      }
      default -> throw new AssertionError(proto.getDtype());
    };
  }
}

package org.wideresnet.train.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.ByteString;
import com.google.protobuf.Struct;
import com.google.protobuf.UnknownFieldSet;
import com.google.protobuf.Value;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.Summary;
import org.tensorflow.proto.SummaryMetadata;
import org.tensorflow.proto.TensorProto;
import org.tensorflow.proto.TensorShapeProto;

/**
 * The settings of a run for TensorBoard's table of hyper-parameters. Its messages come with
 * TensorBoard and not with TensorFlow (tensorboard/plugins/hparams/plugin_data.proto); what is
 * needed of them is put together from fields by number.
 */
public final class HyperParameters {
  private static final String PLUGIN = "hparams";
  private static final String TAG = "_hparams_/session_start_info";
  private static final int SESSION_START = 3;
  private static final int START_TIME = 5;

  private HyperParameters() {}

  /**
   * Returns the summary.
   *
   * @param runJson what {@code run.json} holds; its recipe, data and options are taken
   * @param startSeconds when the run started, in seconds since 1970
   */
  public static Summary.Value of(JsonNode runJson, double startSeconds) {
    Struct.Builder settings = Struct.newBuilder();
    FlatJson.of(runJson)
        .forEach(
            (path, value) -> {
              if (path.matches("(recipe|options|data)[.].*") && !value.isNull()) {
                settings.putFields(path.replaceFirst("^(recipe|options)[.]", ""), value(value));
              }
            });
    settings.removeFields("data.checksum").removeFields("data.directory");
    return Summary.Value.newBuilder()
        .setTag(TAG)
        .setMetadata(
            SummaryMetadata.newBuilder()
                .setPluginData(
                    SummaryMetadata.PluginData.newBuilder()
                        .setPluginName(PLUGIN)
                        .setContent(sessionStart(settings.build(), startSeconds))))
        // The table needs no value, but TensorBoard passes over a summary without one.
        .setTensor(
            TensorProto.newBuilder()
                .setDtype(DataType.DT_FLOAT)
                .setTensorShape(TensorShapeProto.getDefaultInstance())
                .addFloatVal(0))
        .build();
  }

  /** A map from names to values has the same form there as in a {@link Struct}. */
  private static ByteString sessionStart(Struct settings, double startSeconds) {
    ByteString time =
        field(
            START_TIME,
            UnknownFieldSet.Field.newBuilder()
                .addFixed64(Double.doubleToRawLongBits(startSeconds)));
    return field(
        SESSION_START,
        UnknownFieldSet.Field.newBuilder()
            .addLengthDelimited(settings.toByteString().concat(time)));
  }

  private static ByteString field(int number, UnknownFieldSet.Field.Builder value) {
    return UnknownFieldSet.newBuilder().addField(number, value.build()).build().toByteString();
  }

  private static Value value(JsonNode node) {
    Value.Builder value = Value.newBuilder();
    if (node.isNumber()) {
      return value.setNumberValue(node.asDouble()).build();
    }
    if (node.isBoolean()) {
      return value.setBoolValue(node.asBoolean()).build();
    }
    return value.setStringValue(node.isTextual() ? node.asText() : node.toString()).build();
  }
}

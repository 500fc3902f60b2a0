package org.wideresnet.export.load;

import static com.google.common.base.Preconditions.checkArgument;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.MetaGraphDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.SavedModel;
import org.tensorflow.proto.TensorProto;
import org.tensorflow.proto.TensorShapeProto;
import org.wideresnet.model.weights.CheckpointIndex;

/**
 * Looks at the files of a SavedModel before TensorFlow does, which ends the process where a
 * constant has an unknown type or does not fit its bytes. An export of this project must have the
 * fingerprint that it was written with, so not a bit of it is changed; of others the values that
 * are known to be dangerous are checked.
 */
final class SavedModelCheck {
  /** Without bytes of its own a constant repeats one value; this many bytes are the most. */
  private static final long LARGEST_CONSTANT = 1L << 30;

  /** The bytes that TensorFlow needs for a string, its characters apart. */
  private static final int STRING_BYTES = 24;

  private static final AttrValue NONE = AttrValue.getDefaultInstance();

  private SavedModelCheck() {}

  /**
   * Checks a SavedModel.
   *
   * @param trusted whether its ops may be any
   * @throws IllegalArgumentException if it is damaged, or has an op that it should not have; the
   *     message is a sentence
   * @throws IOException if it cannot be read
   */
  static void check(Path folder, boolean trusted) throws IOException {
    SavedModelFolder files = new SavedModelFolder(folder);
    SavedModel model;
    try {
      checkFingerprint(files);
      try (InputStream in = new BufferedInputStream(Files.newInputStream(files.graph()))) {
        model = SavedModel.parseFrom(in);
      }
      walk(model);
    } catch (IllegalArgumentException | InvalidProtocolBufferException e) {
      throw new IllegalArgumentException(
          "The folder %s holds no SavedModel that TensorFlow can load: it is damaged; %s."
              .formatted(folder, e.getMessage().replaceFirst("\\.$", "")),
          e);
    }
    if (Files.exists(files.variables().resolveSibling("variables.index"))) {
      CheckpointIndex.check(files.variables());
    }
    if (!trusted) {
      for (MetaGraphDef metaGraph : model.getMetaGraphsList()) {
        new GraphOps(folder, metaGraph).check();
      }
    }
  }

  private static void checkFingerprint(SavedModelFolder files) throws IOException {
    if (!Files.exists(files.description())) {
      return;
    }
    try {
      String expected =
          new JsonMapper().readTree(files.description().toFile()).path("fingerprint").asText();
      checkArgument(
          expected.isEmpty() || expected.equals(files.fingerprint()),
          "graph and variables do not have the fingerprint in export.json");
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("export.json is not JSON", e);
    }
  }

  /** Checks a message and all that are in it. */
  private static void walk(Message message) {
    if (message instanceof TensorProto tensor) {
      checkTensor(tensor);
    } else if (message instanceof TensorShapeProto shape) {
      checkShape(shape);
    } else if (message instanceof NodeDef node && node.getOp().equals("Const")) {
      checkArgument(
          node.getAttrOrDefault("dtype", NONE).getTypeValue()
              == node.getAttrOrDefault("value", NONE).getTensor().getDtypeValue(),
          "the constant '%s' is not of the type that it says",
          node.getName());
    }
    message
        .getAllFields()
        .forEach(
            (field, value) -> {
              for (Object each : value instanceof List<?> list ? list : List.of(value)) {
                if (each instanceof Message inner) {
                  walk(inner);
                } else if (each instanceof EnumValueDescriptor constant) {
                  checkArgument(
                      constant.getIndex() >= 0,
                      "%s has the unknown value %s",
                      field.getFullName(),
                      constant.getNumber());
                }
              }
            });
  }

  private static void checkTensor(TensorProto tensor) {
    DataType type = tensor.getDtype();
    boolean strings = type == DataType.DT_STRING;
    int bytes = strings ? STRING_BYTES : CheckpointIndex.bytesOf(type);
    checkArgument(bytes > 0, "a constant has the type %s, which no constant has", type);
    long values = CheckpointIndex.values(tensor.getTensorShape());
    checkArgument(
        values >= 0 && values <= LARGEST_CONSTANT / bytes,
        "a constant has a shape that none can have");
    ByteString content = tensor.getTensorContent();
    boolean fits =
        content.isEmpty()
            || (strings
                ? values <= content.size()
                    && CheckpointIndex.stringBytes(content.asReadOnlyByteBuffer(), values)
                        == content.size()
                : values * bytes == content.size());
    checkArgument(fits, "the shape of a constant does not fit its bytes");
  }

  /** Checks a shape some of whose sizes may be unknown. */
  private static void checkShape(TensorShapeProto shape) {
    TensorShapeProto.Builder known = TensorShapeProto.newBuilder();
    for (TensorShapeProto.Dim dim : shape.getDimList()) {
      known.addDim(dim.getSize() == -1 ? dim.toBuilder().setSize(1) : dim.toBuilder());
    }
    checkArgument(CheckpointIndex.values(known.build()) >= 0, "a shape is none");
  }
}

package org.wideresnet.export.serve;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.Separators;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/**
 * What goes back to a client.
 *
 * @param status the HTTP status
 * @param contentType the media type of the body
 * @param body the body
 */
record Answer(int status, String contentType, byte[] body) {
  /** Tensors have a few dimensions; what reads them goes as deep as they do. */
  private static final int MAX_NESTING = 100;

  /**
   * JSON as TensorFlow Serving understands and writes it: with NaN and Infinity. Decimals are read
   * as they are written, as the type of a number is known only with the signature.
   */
  static final JsonMapper JSON =
      JsonMapper.builder(
              JsonFactory.builder()
                  .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
                  .enable(StreamReadFeature.USE_FAST_BIG_NUMBER_PARSER)
                  .enable(StreamWriteFeature.USE_FAST_DOUBLE_WRITER)
                  .disable(JsonWriteFeature.WRITE_NAN_AS_STRINGS)
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxStringLength(Integer.MAX_VALUE)
                          .maxNestingDepth(MAX_NESTING)
                          .build())
                  .build())
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build();

  static final JsonNodeFactory NODES = JSON.getNodeFactory();

  private static final DefaultPrettyPrinter PRINTER =
      new DefaultPrettyPrinter(
              Separators.createDefaultInstance()
                  .withObjectFieldValueSpacing(Separators.Spacing.AFTER)
                  .withArrayValueSpacing(Separators.Spacing.AFTER)
                  .withArrayEmptySeparator(""))
          .withObjectIndenter(new DefaultIndenter("    ", "\n"))
          .withArrayIndenter(new DefaultPrettyPrinter.NopIndenter());

  /** Returns an object as TensorFlow Serving lays it out. */
  static Answer json(int status, JsonNode object) {
    try {
      String body = JSON.writer(PRINTER).writeValueAsString(object) + "\n";
      return new Answer(status, "application/json", body.getBytes(StandardCharsets.UTF_8));
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns an answer without a body. */
  static Answer empty(int status) {
    return new Answer(status, "application/json", new byte[0]);
  }

  /** Returns the body that TensorFlow Serving sends for errors. */
  static Answer error(int status, String message) {
    return json(status, NODES.objectNode().put("error", message));
  }
}

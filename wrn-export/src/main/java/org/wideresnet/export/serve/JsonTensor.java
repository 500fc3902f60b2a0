package org.wideresnet.export.serve;

import static org.wideresnet.export.serve.RequestException.invalid;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.Arrays;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.proto.DataType;

/**
 * A tensor as it comes out of JSON: the nesting of the lists is its shape. In row format it comes
 * in pieces, which all have the shape of the first one.
 */
final class JsonTensor {
  private static final int UNKNOWN = -1;

  private final TensorValues values;
  private int[] sizes = new int[0];
  private int rank = UNKNOWN;
  private int pieces;

  JsonTensor(DataType type) {
    values = new TensorValues(type);
  }

  /**
   * Reads one more piece.
   *
   * @param json stands at the first token of the piece and is left at its last one
   * @throws RequestException if the piece has another shape than the first one, or its values have
   *     another type than the tensor
   */
  void read(JsonParser json) throws IOException, RequestException {
    read(json, 0);
    pieces++;
  }

  /**
   * Reads one more piece, a scalar of the form {@code {"b64": "..."}}.
   *
   * @param json stands at its key
   */
  void readBase64(JsonParser json) throws IOException, RequestException {
    requireLevel(json, 0);
    values.addBase64(json);
    pieces++;
  }

  /** Returns how many pieces were read. */
  int pieces() {
    return pieces;
  }

  /** Returns the shape of a piece. */
  Shape pieceShape() {
    return Shape.of(Arrays.stream(sizes).limit(Math.max(rank, 0)).asLongStream().toArray());
  }

  /** Returns the values of all pieces. */
  TensorValues values() {
    return values;
  }

  private void read(JsonParser json, int level) throws IOException, RequestException {
    switch (json.currentToken()) {
      case START_ARRAY -> readList(json, level);
      case START_OBJECT -> {
        requireLevel(json, level);
        json.nextToken();
        values.addBase64(json);
      }
      default -> {
        requireLevel(json, level);
        values.add(json);
      }
    }
  }

  private void readList(JsonParser json, int level) throws IOException, RequestException {
    if (rank != UNKNOWN && level >= rank) {
      throw invalid("Encountered list at unexpected level: %d expected < %d", level, rank);
    }
    if (sizes.length == level) {
      sizes = Arrays.copyOf(sizes, level + 1);
      sizes[level] = UNKNOWN;
    }
    int size = 0;
    while (json.nextToken() != JsonToken.END_ARRAY) {
      read(json, level + 1);
      size++;
    }
    if (rank == UNKNOWN) {
      rank = level + 1;
    }
    if (sizes[level] == UNKNOWN) {
      sizes[level] = size;
    } else if (sizes[level] != size) {
      throw invalid(
          "Encountered list at unexpected size: %d at level: %d expected size: %d",
          size, level, sizes[level]);
    }
  }

  private void requireLevel(JsonParser json, int level) throws IOException, RequestException {
    if (rank == UNKNOWN) {
      rank = level;
    }
    if (level != rank) {
      throw invalid(
          "JSON Value: %s found at incorrect level: %d in the JSON DOM. Expected at level: %d",
          TensorValues.text(json), level, rank);
    }
  }
}

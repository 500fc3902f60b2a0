package org.wideresnet.export.serve;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.SavedModelBundle;
import org.tensorflow.Session;
import org.tensorflow.Signature;
import org.tensorflow.ndarray.NdArrays;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.op.io.ParseExample;
import org.tensorflow.types.TBool;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TInt64;
import org.tensorflow.types.TString;
import org.tensorflow.types.family.TType;
import org.wideresnet.export.serve.TestServer.Reply;

/** A SavedModel with what exports of this project do not have: many inputs, many types. */
class OtherModelTest {
  @TempDir static Path temp;
  private static TestServer server;

  @BeforeAll
  static void start() throws IOException {
    Path folder = temp.resolve("1");
    try (Graph graph = new Graph();
        Session session = new Session(graph)) {
      Ops tf = Ops.create(graph);
      SavedModelBundle.exporter(folder.toString())
          .withSession(session)
          .withSignatures(types(tf), classify(tf))
          .export();
    }
    server = TestServer.start(temp, TestServer.OPTIONS);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static <T extends TType> Placeholder<T> vector(Ops tf, Class<T> type) {
    return tf.placeholder(type, Placeholder.shape(Shape.of(-1)));
  }

  /** Gives back what it is given. */
  private static Signature types(Ops tf) {
    Placeholder<TInt64> int64 = vector(tf, TInt64.class);
    Placeholder<TInt32> int32 = vector(tf, TInt32.class);
    Placeholder<TFloat32> float32 = vector(tf, TFloat32.class);
    Placeholder<TFloat64> float64 = vector(tf, TFloat64.class);
    Placeholder<TBool> bool = vector(tf, TBool.class);
    Placeholder<TString> text = vector(tf, TString.class);
    return Signature.builder("serving_default")
        .methodName("tensorflow/serving/predict")
        .input("int64", int64)
        .input("int32", int32)
        .input("float32", float32)
        .input("float64", float64)
        .input("bool", bool)
        .input("text", text)
        .output("int64", tf.identity(int64))
        .output("int32", tf.identity(int32))
        .output("float32", tf.identity(float32))
        .output("float64", tf.identity(float64))
        .output("inverse", tf.math.div(float32, tf.zerosLike(float32)))
        .output("bool", tf.identity(bool))
        .output("text", tf.identity(text))
        .output("text_bytes", tf.identity(text))
        .build();
  }

  /**
   * Gives two classes to serialized examples: the words of {@code x}, and its numbers as scores.
   */
  private static Signature classify(Ops tf) {
    Placeholder<TString> examples = vector(tf, TString.class);
    ParseExample parsed =
        tf.io.parseExample(
            examples,
            strings(tf),
            strings(tf),
            strings(tf, "score", "word"),
            strings(tf),
            List.of(tf.constant(new float[0]), strings(tf)), // no defaults
            0L,
            List.of(),
            List.of(),
            List.of(),
            List.of(Shape.of(2), Shape.of(2)));
    return Signature.builder("classify")
        .methodName("tensorflow/serving/classify")
        .input("inputs", examples)
        .output("scores", parsed.denseValues().get(0))
        .output("classes", parsed.denseValues().get(1))
        .build();
  }

  private static Operand<TString> strings(Ops tf, String... values) {
    return values.length == 0
        ? tf.fill(tf.constant(new int[] {0}), tf.constant(""))
        : tf.constant(NdArrays.vectorOfObjects(values));
  }

  @Test
  void passesValuesOfAllTypes() {
    String row =
        """
        {"int64": 9007199254740993, "int32": -7, "float32": 0.1, "float64": 1e-300, "bool": true,
         "text": {"b64": "4pys"}}""";
    Reply reply = server.predict("{\"instances\": [%s, %s]}".formatted(row, row));
    assertThat(reply.status()).as(reply.response().body()).isEqualTo(200);
    JsonNode second = reply.json().path("predictions").get(1);
    assertThat(second)
        .isEqualTo(
            TestServer.parse(
                """
                {"bool": true, "float32": 0.1, "float64": 1e-300, "int32": -7,
                 "int64": 9007199254740993, "inverse": Infinity, "text": "\u272c",
                 "text_bytes": {"b64": "4pys"}}"""));
    assertThat(reply.response().body()).contains("\"inverse\": Infinity");
  }

  @Test
  void columnsMayDifferInLength() {
    Reply reply =
        server.predict(
            """
            {"inputs": {"int64": [1], "int32": [], "float32": [1], "float64": [1, 2.5],
                        "bool": [false], "text": ["a", "b"]}}""");
    assertThat(reply.error()).contains("Input 'int32' has the shape [0]");
    Reply longer =
        server.predict(
            """
            {"inputs": {"int64": [1], "int32": [3], "float32": [1], "float64": [1, 2.5],
                        "bool": [false], "text": ["a", "b"]}}""");
    assertThat(longer.json().at("/outputs/text")).hasToString("[\"a\",\"b\"]");
    assertThat(longer.json().at("/outputs/float64")).hasToString("[1.0,2.5]");
  }

  @ParameterizedTest
  @CsvSource({
    "int64, 9223372036854775808, int64",
    "int32, 2147483648, int32",
    "float64, 1e999, double",
    "float64, -Infinity, double",
    "bool, 1, bool",
    "text, 1, string"
  })
  void refusesValuesThatDoNotFit(String input, String value, String type) {
    Reply reply = server.predict("{\"instances\": [{\"%s\": %s}]}".formatted(input, value));
    assertThat(reply.status()).isEqualTo(400);
    assertThat(reply.error()).contains("JSON Value: " + value, "is not of expected type: " + type);
  }

  @Test
  void asksForAllInputs() {
    assertThat(server.predict("{\"instances\": [1]}").error())
        .contains("expecting an object as the signature has the inputs: bool,float32,");
    assertThat(server.predict("{\"inputs\": {\"bool\": []}}").error())
        .contains("keys must be equal to: bool,float32,float64,int32,int64,text");
  }

  @Test
  void classifiesExamples() {
    Reply reply =
        server.post(
            "/v1/models/wrn:classify",
            """
            {"signature_name": "classify",
             "context": {"score": [0.25, 0.75]},
             "examples": [{"word": ["cat", {"b64": "ZG9n"}]}, {"word": ["a", "b"]}]}""");
    assertThat(reply.status()).as(reply.response().body()).isEqualTo(200);
    assertThat(reply.json())
        .isEqualTo(
            TestServer.parse(
                """
                {"results": [[["cat", 0.25], ["dog", 0.75]], [["a", 0.25], ["b", 0.75]]]}"""));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{}|is expected and was not found",
        "{\"examples\": []}|value is an empty array",
        "{\"examples\": 1}|value to be an list/array",
        "{\"examples\": [1]}|Example must be JSON object",
        "{\"examples\": [{\"x\": null}]}|Feature: x has element with unexpected JSON type",
        "{\"examples\": [{\"x\": [1, 0.5]}]}|Unexpected element type in feature: x expecting type: int64",
        "{\"examples\": [{\"x\": 1}]}|No classification inputs found",
        "{\"examples\": [{\"x\": true}], \"signature_name\": \"no\"}|No signature was found with the name: no",
        "{\"examples\": [{\"x\": true}], \"signature_name\": \"classify\"}|score"
      })
  void saysWhatIsWrongWithExamples(String body, String message) {
    Reply reply = server.post("/v1/models/wrn:classify", body);
    assertThat(reply.error()).contains(message);
    assertThat(reply.status()).isEqualTo(400);
  }

  @ParameterizedTest
  @ValueSource(strings = {"picture", "of any kind"})
  void hasNoPictures(String file) {
    Reply reply = server.post("/picture", BodyPublishers.ofString(file));
    assertThat(reply.error()).isEqualTo("This model has no signature that takes picture files.");
  }
}

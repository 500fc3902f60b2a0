package org.wideresnet.train.parity;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A network in Python, in one process that answers questions: the Keras twin ({@code
 * notebooks/keras_parity.py}) or the reference in PyTorch ({@code notebooks/torch_parity.py}).
 */
final class Twin implements AutoCloseable {
  private static final Path SCRIPTS = Path.of("../notebooks");

  private final ObjectMapper json = new ObjectMapper();
  private final Path folder;
  private final Process process;
  private final BufferedWriter questions;
  private final BufferedReader answers;
  private final String missing;
  private int results;

  /**
   * Starts the Python that the environment variable {@code WRN_PYTHON} names.
   *
   * @param script the name of the script that it runs
   * @param folder where files go
   * @param log what its libraries have to say
   */
  Twin(String script, Path folder, Path log) throws IOException {
    this.folder = folder;
    ProcessBuilder builder =
        new ProcessBuilder(System.getenv("WRN_PYTHON"), SCRIPTS.resolve(script).toString());
    builder.environment().put("COLUMNS", "80"); // the width of summaries
    process = builder.redirectError(log.toFile()).start();
    questions = process.outputWriter();
    answers = process.inputReader();
    missing = answer("its start").path("missing").asText();
  }

  /** Returns what Python lacks, or an empty text if it is ready. */
  String missing() {
    return missing;
  }

  /** Runs a command and returns what it prints. */
  String print(List<String> command) throws IOException {
    String question = String.join(" ", command);
    questions.write(json.writeValueAsString(command));
    questions.newLine();
    questions.flush();
    JsonNode answer = answer(question);
    assertThat(answer.path("code").asInt(-1))
        .as("%s: %s", question, answer.path("complaints").asText())
        .isZero();
    return answer.path("printed").asText();
  }

  /** Runs a command that writes arrays. */
  void write(Path to, List<String> command) throws IOException {
    List<String> words = new ArrayList<>(command);
    words.addAll(List.of("--to", to.toString()));
    print(words);
  }

  /** Runs a command that writes arrays, and returns them. */
  Map<String, NumpyArray> arrays(List<String> command) throws IOException {
    return NumpyFiles.read(result(command));
  }

  /** Runs a command that writes files, and returns their folder. */
  Path result(List<String> command) throws IOException {
    Path to = folder.resolve("result-" + results++);
    write(to, command);
    return to;
  }

  private JsonNode answer(String question) throws IOException {
    String line = answers.readLine();
    assertThat(line).as("answer of the twin to %s", question).isNotNull();
    return json.readTree(line);
  }

  @Override
  public void close() throws IOException {
    questions.close();
    process.destroy();
  }
}

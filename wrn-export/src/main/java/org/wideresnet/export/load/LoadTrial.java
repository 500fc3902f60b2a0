package org.wideresnet.export.load;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Loads a SavedModel in a process of its own. TensorFlow ends the process where a model breaks what
 * it takes for granted; so who must go on running lets another process try first. The start of one
 * takes about as long as that of {@code wrn predict}.
 */
public final class LoadTrial {
  private static final long LIMIT_MINUTES = 5;

  private LoadTrial() {}

  /**
   * Tries to load a SavedModel.
   *
   * @param trusted whether its ops may be any
   * @throws IllegalArgumentException if it cannot be loaded, with the sentence that says why; if it
   *     ended its process, or took more than five minutes
   * @throws IOException if no process can be started
   */
  public static void run(Path folder, boolean trusted) throws IOException {
    Path answer = Files.createTempFile("wrn-trial", ".txt");
    try {
      Process process =
          new ProcessBuilder(command(folder, trusted, answer))
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      try {
        if (!process.waitFor(LIMIT_MINUTES, TimeUnit.MINUTES)) {
          throw new IllegalArgumentException(
              "The SavedModel %s was not loaded after %d minutes."
                  .formatted(folder, LIMIT_MINUTES));
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException("The trial of the SavedModel " + folder + " was interrupted.", e);
      } finally {
        process.destroyForcibly();
      }
      if (process.exitValue() != 0) {
        throw new IllegalArgumentException(
            "The SavedModel %s ended the process that tried to load it (exit code %d)."
                .formatted(folder, process.exitValue()));
      }
      String problem = Files.readString(answer);
      if (!problem.isEmpty()) {
        throw new IllegalArgumentException(problem);
      }
    } finally {
      Files.delete(answer);
    }
  }

  private static List<String> command(Path folder, boolean trusted, Path answer) {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+SuppressFatalErrorMessage",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path")));
    String bound = "org.bytedeco.javacpp.maxPhysicalBytes";
    if (System.getProperty(bound) != null) {
      command.add("-D" + bound + "=" + System.getProperty(bound));
    }
    command.addAll(
        List.of(
            LoadTrial.class.getName(),
            folder.toString(),
            Boolean.toString(trusted),
            answer.toString()));
    return command;
  }

  /** The other process: loads the model, and writes down why it cannot. */
  public static void main(String[] arguments) throws IOException {
    try (LoadedModel model =
        LoadedModel.load(Path.of(arguments[0]), Boolean.parseBoolean(arguments[1]))) {
      model.warmUp();
    } catch (RuntimeException | Error e) {
      Files.writeString(Path.of(arguments[2]), String.valueOf(e.getMessage()));
    }
  }
}

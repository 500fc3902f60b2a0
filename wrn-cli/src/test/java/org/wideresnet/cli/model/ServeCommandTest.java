package org.wideresnet.cli.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.types.TFloat32;
import org.wideresnet.cli.Main;
import org.wideresnet.cli.Wrn;
import org.wideresnet.export.ExportOptions;
import org.wideresnet.export.SavedModelExporter;
import org.wideresnet.model.Normalization;
import org.wideresnet.model.Variant;
import org.wideresnet.model.Weight;
import org.wideresnet.model.WideResNet;
import org.wideresnet.model.WideResNetConfig;
import org.wideresnet.model.weights.Checkpoint;
import org.wideresnet.model.weights.ModelDescription;

class ServeCommandTest {
  @TempDir Path temp;

  @Test
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "there is no SIGTERM")
  void servesUntilItIsTerminated() throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                "serve",
                "--saved-model",
                export().toString(),
                "--port",
                "0")
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
      String line = out.readLine();
      Matcher address = Pattern.compile("http://127.0.0.1:\\d+/v1/models/wrn").matcher(line);
      assertThat(address.find()).as(line).isTrue();
      HttpResponse<String> status =
          HttpClient.newHttpClient()
              .send(
                  HttpRequest.newBuilder(URI.create(address.group())).build(),
                  HttpResponse.BodyHandlers.ofString());
      assertThat(status.body()).contains("\"AVAILABLE\"");
      process.toHandle().destroy(); // which, unlike the process, leaves the stream open
      assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
      assertThat(process.exitValue()).isEqualTo(143);
      assertThat(out.readLine()).contains("Finishing");
    } finally {
      process.destroyForcibly();
    }
  }

  /** Exports a network whose weights are all alike. */
  private Path export() throws IOException {
    WideResNetConfig config = Variant.PAPER.config(10, 1, 2);
    Map<String, TFloat32> weights = new LinkedHashMap<>();
    try {
      for (Weight weight : WideResNet.of(config).weights()) {
        float[] values = new float[(int) weight.shape().size()];
        Arrays.fill(values, 0.1f);
        weights.put(weight.name(), TFloat32.tensorOf(weight.shape(), DataBuffers.of(values)));
      }
      ModelDescription model =
          ModelDescription.untrained(config, Normalization.PAPER_CIFAR10, List.of("cat", "dog"));
      Checkpoint.write(temp.resolve("checkpoint"), model, weights, Map.of());
    } finally {
      weights.values().forEach(TFloat32::close);
    }
    Path models = temp.resolve("models");
    SavedModelExporter.export(temp.resolve("checkpoint"), models, ExportOptions.DEFAULT);
    return models;
  }

  @Test
  void refusesWrongOptions() {
    Wrn.run("serve", "--saved-model", temp, "--run-dir", temp).refused("give one of them");
    Wrn.run("serve", "--saved-model", temp).refused(temp.toString(), "holds no exported model");
    Wrn.run("serve", "--saved-model", temp, "--port", 70000).refused("port is 70000", "65535");
    Wrn.run("serve", "--saved-model", temp, "--threads", 0).refused("threads is 0");
    Wrn.run("serve", "--saved-model", temp, "--max-request", 0)
        .refused("--max-request is 0", "1 to 1024");
    Wrn.run("serve", "--saved-model", temp, "--max-request-mib", 1025)
        .refused("--max-request is 1025", "1 to 1024");
  }

  @Test
  void theHelpNamesWhatProductionUses() {
    assertThat(Wrn.run("serve", "--help").succeeded().out())
        .contains("TensorFlow Serving", "production", "--host", "127.0.0.1");
  }
}

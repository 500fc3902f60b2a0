package org.wideresnet.cli.options;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import org.wideresnet.export.load.ModelVersions;
import org.wideresnet.train.run.RunDirectory;

/**
 * The trained network that comes with this program. It answers where no network is named and there
 * is no run yet, so that the first thing a newcomer can do needs neither training nor data.
 */
public final class ShippedNetwork {
  /** The system property that names the folder of the models, which the launcher sets. */
  public static final String MODELS = "wrn.models";

  private static final String NAME = "wrn-16-2-cifar10";

  private ShippedNetwork() {}

  /**
   * Returns the folder of the network's versions, and says that it answers, if there is no run.
   *
   * @return nothing if there is a run, which goes first, or the network is not here
   * @throws IOException if a folder cannot be read
   */
  public static Optional<Path> insteadOfRun(Consumer<String> say) throws IOException {
    String models = System.getProperty(MODELS);
    if (models == null || !RunDirectory.list(RunDirectory.RUNS).isEmpty()) {
      return Optional.empty();
    }
    Path folder = Path.of(models, NAME);
    if (new ModelVersions(folder).numbers().isEmpty()) {
      return Optional.empty();
    }
    say.accept(
        "No network is named and there is no run yet; the one that comes with this program answers: %s."
            .formatted(description(new ModelVersions(folder).newest())));
    return Optional.of(folder);
  }

  private static String description(Path version) throws IOException {
    JsonNode export =
        JsonMapper.builder().build().readTree(Files.readAllBytes(version.resolve("export.json")));
    return String.format(
        Locale.ROOT,
        "%s, trained on %s, right on %.2f %% of its test images",
        export.path("model").asText(),
        export.path("data").asText(),
        100 * export.path("test_accuracy").asDouble());
  }
}

package org.wideresnet.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import org.wideresnet.model.Precision;
import org.wideresnet.train.DeviceChoice;
import org.wideresnet.train.Recipe;
import org.wideresnet.train.RunConfig;

/**
 * What the command line, a recipe and the defaults say of a training, apart from the data.
 *
 * @param recipe names model and variant
 * @param weights where the initial weights come from; nothing if they are drawn
 */
record TrainSettings(
    Recipe recipe,
    int validation,
    long seed,
    Optional<Path> weights,
    boolean deterministic,
    Precision precision,
    DeviceChoice device) {

  /**
   * Checks that a run can go on with these settings.
   *
   * @throws IllegalArgumentException if it was started with others; names them
   */
  void requireSameAs(RunConfig started, Path run) {
    List<String> changes = new ArrayList<>();
    compare("", started.recipe().toTree(), recipe.toTree(), changes);
    compare("validation", started.data().validation(), validation, changes);
    compare("seed", started.options().seed(), seed, changes);
    compare("weights", started.options().weights(), weightsName(), changes);
    compare("deterministic", started.options().deterministic(), deterministic, changes);
    compare(
        "precision",
        started.options().precision(),
        precision.name().toLowerCase(Locale.ROOT),
        changes);
    compare("device", started.options().device(), device.name(), changes);
    if (!changes.isEmpty()) {
      throw new IllegalArgumentException(
          "--resume continues the run %s as it was started, but the command line says %s."
              .formatted(run, String.join(", ", changes)));
    }
  }

  private String weightsName() {
    return weights.map(path -> path.toAbsolutePath().normalize().toString()).orElse(null);
  }

  private static void compare(String path, JsonNode old, JsonNode now, List<String> changes) {
    if (old.isObject() && now.isObject()) {
      String prefix = path.isEmpty() ? "" : path + ".";
      now.fieldNames()
          .forEachRemaining(key -> compare(prefix + key, old.path(key), now.path(key), changes));
    } else {
      compare(path, (Object) old.asText(), now.asText(), changes);
    }
  }

  private static void compare(String key, Object old, Object now, List<String> changes) {
    if (!Objects.equals(old, now)) {
      changes.add("%s %s instead of %s".formatted(key, now, old));
    }
  }
}

package org.wideresnet.cli.train;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.wideresnet.model.Precision;
import org.wideresnet.train.run.RunConfig;
import org.wideresnet.train.settings.ComputeSettings;
import org.wideresnet.train.settings.Recipe;

/**
 * What the command line, a recipe and the defaults say of a training, apart from the data.
 *
 * @param recipe names model and variant
 * @param validation the number of training images to split off
 * @param options the seed, and how the training is computed
 */
record TrainSettings(Recipe recipe, int validation, ComputeSettings options) {

  /**
   * Checks that a run can go on with these settings.
   *
   * @throws IllegalArgumentException if it was started with others; names them
   */
  void requireSameAs(RunConfig started, Path run) {
    List<String> changes = new ArrayList<>();
    compare("", started.recipe().toTree(), recipe.toTree(), changes);
    compare("validation", started.data().validation(), validation, changes);
    ComputeSettings old = started.options();
    compare("seed", old.seed(), options.seed(), changes);
    compare("weights", old.weights(), options.weights(), changes);
    compare("deterministic", old.deterministic(), options.deterministic(), changes);
    compare("precision", name(old.precision()), name(options.precision()), changes);
    compare("device", old.device().name(), options.device().name(), changes);
    compare("gpu-memory", old.gpuMemory().text(), options.gpuMemory().text(), changes);
    compare("layout", old.layout(), options.layout(), changes);
    compare("xla", old.xla(), options.xla(), changes);
    compare("towers", old.towers(), options.towers(), changes);
    compare("workers", old.workers(), options.workers(), changes);
    compare("accumulate", old.accumulate(), options.accumulate(), changes);
    if (!changes.isEmpty()) {
      throw new IllegalArgumentException(
          "--resume continues the run %s as it was started, but the command line says %s."
              .formatted(run, String.join(", ", changes)));
    }
  }

  private static String name(Precision precision) {
    return precision.name().toLowerCase(Locale.ROOT);
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

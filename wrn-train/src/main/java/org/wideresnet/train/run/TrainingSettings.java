package org.wideresnet.train.run;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.wideresnet.model.Variant;
import org.wideresnet.train.device.AutomaticSettings;
import org.wideresnet.train.device.Devices;
import org.wideresnet.train.settings.ComputeSettings;
import org.wideresnet.train.settings.Recipe;
import org.wideresnet.train.settings.tree.SettingsTree;

/**
 * All that can be said of a training: the tree of which {@code run.json} is a copy.
 *
 * @param recipe how the network is trained
 * @param data the data set
 * @param options the seed, and how the training is computed
 */
public record TrainingSettings(Recipe recipe, RunConfig.Data data, ComputeSettings options) {

  private static final String DEFAULT_RECIPE = "quick";

  /**
   * What may be another when a run goes on. The data set may have moved; its checksum is compared
   * when it is opened.
   */
  static final Set<String> MAY_DIFFER =
      Set.of(
          "data.name",
          "data.directory",
          "data.checksum",
          "options.evaluate_every",
          "options.checkpoint_every");

  /**
   * Returns what several layers say together.
   *
   * @param base the settings of a run that are taken over; null for the defaults
   * @param recipe the recipe that was named; null for that of the run, or else {@code quick}
   * @param given what the command line says, which is above all
   * @param model the network where no layer names one
   * @param devices returns the devices that there are with certain settings: {@code Devices::of},
   *     or those of a worker where this process only starts workers
   * @throws IllegalArgumentException if a value is wrong, or a GPU is asked for that is not there
   */
  public static TrainingSettings of(
      TrainingSettings base,
      String recipe,
      ObjectNode given,
      String model,
      Function<ComputeSettings, Devices> devices) {
    ObjectNode tree = base == null ? SettingsTree.empty() : SettingsTree.of(base);
    if (base == null || recipe != null) {
      ObjectNode named = SettingsTree.empty();
      named.set("recipe", SettingsTree.of(Recipe.load(recipe == null ? DEFAULT_RECIPE : recipe)));
      tree.remove("recipe");
      SettingsTree.set(tree, "recipe.network.model", model);
      SettingsTree.set(tree, "recipe.network.variant", Variant.PAPER);
      SettingsTree.merge(tree, named);
    }
    SettingsTree.merge(tree, given);
    AutomaticSettings.resolve(tree.withObject("/options"), devices);
    tree.withObject("/data");
    return SettingsTree.map(tree, TrainingSettings.class);
  }

  /**
   * Checks that a run can go on with these settings.
   *
   * @param started the settings that it was started with
   * @param run the folder of the run
   * @throws IllegalArgumentException if they differ where they may not; names each difference
   */
  public void requireSameAs(TrainingSettings started, Path run) {
    List<String> differences =
        SettingsTree.differences(SettingsTree.of(started), SettingsTree.of(this), MAY_DIFFER)
            .stream()
            .map(difference -> difference.replaceFirst("^\\w+\\.", ""))
            .toList();
    if (!differences.isEmpty()) {
      boolean longer = recipe.epochs() > started.recipe().epochs();
      throw new IllegalArgumentException(
          "--resume continues the run %s as it was started, but the command line says %s.%s"
              .formatted(
                  run,
                  String.join(", ", differences),
                  longer
                      ? " To train it for longer, begin a new run with --weights %s.".formatted(run)
                      : ""));
    }
  }
}

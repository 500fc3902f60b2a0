package org.wideresnet.train.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.wideresnet.train.device.Devices;
import org.wideresnet.train.settings.ComputeSettings;
import org.wideresnet.train.settings.Recipe;
import org.wideresnet.train.settings.Tf32;
import org.wideresnet.train.settings.tree.SettingsTree;

class TrainingSettingsTest {
  private static final TrainingSettings STARTED =
      new TrainingSettings(
          Recipe.load("quick")
              .with("network.model", "wrn-16-1")
              .with("network.variant", "paper")
              .with("network.dropout", 0.5)
              .with("network.padding", "same")
              .with("network.batch_norm_momentum", 0.5)
              .with("network.gamma_initializer", "ones")
              .with("early_stopping", 2)
              .with("steps_per_epoch", 2),
          new RunConfig.Data("cifar10", "/data", "sha256:12ab", 2),
          ComputeSettings.DEFAULTS.with("weights", "/weights.h5"));

  /** Another value for those texts that cannot be any. */
  private static final Map<String, Object> OTHERS =
      Map.ofEntries(
          Map.entry("recipe.network.model", "wrn-10-1"),
          Map.entry("recipe.network.variant", "keras"),
          Map.entry("recipe.network.gamma_initializer", "zeros"),
          Map.entry("recipe.network.padding", "symmetric"),
          Map.entry("recipe.augment", "none"),
          Map.entry("recipe.normalization", "pixel"),
          Map.entry("options.precision", "bf16"),
          Map.entry("options.device", "cpu"),
          Map.entry("options.gpu_memory", "all"),
          Map.entry("options.layout", "nhwc"),
          Map.entry("options.tf32", "off"),
          Map.entry("options.checkpoint_every", "7"),
          Map.entry("options.convolutions", "winograd"));

  private static Stream<String> keys() {
    List<String> keys = new ArrayList<>();
    collect("", SettingsTree.of(STARTED), keys);
    keys.removeAll(List.of("recipe.optimizer.name", "recipe.schedule.name"));
    return keys.stream();
  }

  private static void collect(String prefix, ObjectNode tree, List<String> keys) {
    for (Map.Entry<String, JsonNode> entry : tree.properties()) {
      if (entry.getValue() instanceof ObjectNode section) {
        collect(prefix + entry.getKey() + ".", section, keys);
      } else {
        keys.add(prefix + entry.getKey());
      }
    }
  }

  private static Object another(JsonNode value) {
    if (value.isBoolean()) {
      return !value.booleanValue();
    }
    if (value.isIntegralNumber() && value.intValue() != 0) {
      return value.intValue() + 1;
    }
    return value.isNumber() ? (Object) (value.doubleValue() / 2 + 0.2) : value.asText() + "2";
  }

  @ParameterizedTest
  @MethodSource("keys")
  void everyKeyThatDiffersIsNamedUnlessItMayDiffer(String key) {
    ObjectNode tree = SettingsTree.of(STARTED);
    JsonNode before = tree.at("/" + key.replace('.', '/'));
    Object now = OTHERS.containsKey(key) ? OTHERS.get(key) : another(before);
    SettingsTree.set(tree, key, now);
    TrainingSettings asked = SettingsTree.map(tree, TrainingSettings.class);

    if (TrainingSettings.MAY_DIFFER.contains(key)) {
      assertThatCode(() -> asked.requireSameAs(STARTED, Path.of("run"))).doesNotThrowAnyException();
    } else {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> asked.requireSameAs(STARTED, Path.of("run")))
          .withMessageContaining(key.substring(key.indexOf('.') + 1) + " " + now);
    }
  }

  @Test
  void layersGoOverOneAnother() {
    ObjectNode given = SettingsTree.empty();
    SettingsTree.set(given, "recipe.epochs", 7);
    TrainingSettings fresh = TrainingSettings.of(null, null, given, "wrn-10-1", Devices::of);

    assertThat(fresh.recipe())
        .isEqualTo(
            Recipe.load("quick")
                .with("epochs", 7)
                .with("network.model", "wrn-10-1")
                .with("network.variant", "paper"));
    assertThat(fresh.options())
        .isEqualTo(ComputeSettings.DEFAULTS.with("tf32", Tf32.of(System.getenv())));
    assertThat(TrainingSettings.of(STARTED, null, given, "wrn-10-1", Devices::of).recipe())
        .isEqualTo(STARTED.recipe().with("epochs", 7));
    assertThat(TrainingSettings.of(STARTED, "smoke", given, "wrn-16-1", Devices::of).recipe())
        .isEqualTo(
            Recipe.load("smoke")
                .with("epochs", 7)
                .with("network.model", "wrn-10-1")
                .with("network.variant", "paper"));
  }
}

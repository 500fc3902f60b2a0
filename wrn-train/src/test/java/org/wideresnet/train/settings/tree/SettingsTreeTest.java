package org.wideresnet.train.settings.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.wideresnet.train.settings.OptimizerSettings;

class SettingsTreeTest {

  /** A recipe with one more key: all that it takes is its component. */
  record Longer(String name, double gradientClip, OptimizerSettings optimizer) {}

  private static ObjectNode tree(String key, Object value) {
    ObjectNode tree = SettingsTree.empty();
    SettingsTree.set(tree, key, value);
    return tree;
  }

  @Test
  void aNewKeyTakesNoMoreThanAComponentOfARecord() {
    ObjectNode layers = tree("gradient_clip", 0.5);
    SettingsTree.merge(
        layers, tree("optimizer", new OptimizerSettings.Adam(null, null, null, 0, false)));
    SettingsTree.merge(layers, tree("gradient_clip", 2));
    Longer longer = SettingsTree.map(layers, Longer.class);

    assertThat(longer.gradientClip()).isEqualTo(2);
    assertThat(longer.optimizer())
        .isEqualTo(new OptimizerSettings.Adam(0.9, 0.999, 1e-7, 0, false));
    assertThat(SettingsTree.map(SettingsTree.of(longer), Longer.class)).isEqualTo(longer);
    assertThat(
            SettingsTree.differences(
                SettingsTree.of(longer), tree("gradient_clip", 3), Set.of("name")))
        .contains("gradient_clip 3 instead of 2");
    refused(tree("gradient_clip", "2"), "gradient_clip is '2'; it must be a number.");
    refused(tree("gradient_clap", 2), "unknown key 'gradient_clap'; did you mean 'gradient_clip'?");
  }

  private static void refused(ObjectNode tree, String message) {
    assertThatExceptionOfType(SettingsException.class)
        .isThrownBy(() -> SettingsTree.map(tree, Longer.class))
        .withMessage(message);
  }

  @Test
  void aKeyThatOneTreeLacksIsADifference() {
    assertThat(SettingsTree.differences(tree("a.b", 1), tree("a.c", 2), Set.of()))
        .isEqualTo(List.of("a.b none instead of 1", "a.c 2 instead of none"));
    assertThat(SettingsTree.differences(tree("a.b", 1), tree("a.b", 2), Set.of("a.b"))).isEmpty();
  }

  @Test
  void aPathMeansTheSameInEveryFolder() {
    assertThat(tree("weights", Path.of("x.h5")).get("weights").asText())
        .isEqualTo(Path.of("x.h5").toAbsolutePath().toString());
  }
}

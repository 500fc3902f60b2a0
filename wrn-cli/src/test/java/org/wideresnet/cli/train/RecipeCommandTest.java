package org.wideresnet.cli.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.wideresnet.cli.Wrn;
import org.wideresnet.train.settings.Recipe;

class RecipeCommandTest {
  @TempDir Path temp;

  @Test
  void listsEachRecipeWithItsPurpose() {
    Wrn wrn = Wrn.run("recipe", "list").succeeded();
    assertThat(wrn.out())
        .contains(Recipe.SHIPPED)
        .contains("half a cosine", "The paper's training");
    assertThat(wrn.out().lines()).allSatisfy(line -> assertThat(line).hasSizeLessThan(81));
  }

  @Test
  void whatItShowsIsARecipe() throws IOException {
    for (String name : Recipe.SHIPPED) {
      Path file = temp.resolve(name + ".yaml");
      Files.writeString(file, Wrn.run("recipe", "show", name).succeeded().out());
      assertThat(Recipe.load(file.toString())).isEqualTo(Recipe.load(name));
      assertThat(Wrn.run("recipe", "show", file).succeeded().out()).contains("label_smoothing: ");
    }
    Wrn.run("recipe", "show", "qick").refused("qick", "known are", "quick");
  }
}

package org.wideresnet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.wideresnet.train.settings.Recipe;
import org.wideresnet.train.settings.tree.SettingsTree;

/** {@code docs/recipes.md} and the records of a recipe say the same. */
class RecipesPageTest {
  private static final Path PAGE = Path.of("../docs/recipes.md");
  private static final Pattern HEADING = Pattern.compile("#+ (?:(\\w+)\\.name: ([\\w-]+))?.*");
  private static final Pattern ROW = Pattern.compile("\\| `([a-z0-9_.]+)` \\| (.*?) \\| .+ \\|");
  private static final Pattern YAML = Pattern.compile("(?s)```yaml\\n(.*?)```");

  @TempDir Path temp;

  @Test
  void namesEveryKeyWithItsDefaultAndNoOther() throws IOException {
    Map<String, String> records = new LinkedHashMap<>();
    collect("", Recipe.class, minimal("sgd", "constant"), "", records);
    Map<String, String> page = rows();
    assertThat(page).containsOnlyKeys(records.keySet());
    records.forEach(
        (key, value) -> {
          if (value == null) {
            assertThat(page.get(key)).as(key).isNotBlank().doesNotStartWith("`");
          } else {
            assertThat(page.get(key)).as(key).isEqualTo(value);
          }
        });
  }

  /** The default of each key: a value, "required", or null where the record leaves it open. */
  private static void collect(
      String prefix, Class<?> type, ObjectNode tree, String kind, Map<String, String> keys) {
    for (RecordComponent component : type.getRecordComponents()) {
      String name = component.getName().replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT);
      String key = prefix + name;
      JsonSubTypes kinds = component.getType().getAnnotation(JsonSubTypes.class);
      JsonProperty property = component.getAccessor().getAnnotation(JsonProperty.class);
      if (kinds != null) {
        keys.put(key + ".name", "required");
        for (JsonSubTypes.Type one : kinds.value()) {
          ObjectNode minimal =
              name.equals("optimizer")
                  ? minimal(one.name(), "constant")
                  : minimal("sgd", one.name());
          collect(key + ".", one.value(), minimal, one.name() + " ", keys);
        }
      } else if (component.getType().isRecord()) {
        collect(key + ".", component.getType(), tree, "", keys);
      } else if (property != null && property.required()) {
        keys.put(kind + key, "required");
      } else {
        var value = tree.at("/" + key.replace('.', '/'));
        boolean open = value.isMissingNode() || value.isNull() || key.equals("name");
        keys.put(kind + key, open ? null : "`" + value.toString().toLowerCase(Locale.ROOT) + "`");
      }
    }
  }

  /** The tree of a recipe that says no more than it must. */
  private static ObjectNode minimal(String optimizer, String schedule) {
    ObjectNode tree = SettingsTree.empty();
    SettingsTree.set(tree, "optimizer.name", optimizer);
    SettingsTree.set(tree, "schedule.name", schedule);
    if (schedule.equals("step")) {
      SettingsTree.set(tree, "schedule.epochs", List.of());
      SettingsTree.set(tree, "schedule.factor", 0.1);
    }
    SettingsTree.set(tree, "learning_rate", 0.1);
    SettingsTree.set(tree, "epochs", 5);
    SettingsTree.set(tree, "batch_size", 128);
    SettingsTree.set(tree, "augment", "none");
    SettingsTree.set(tree, "normalization", "none");
    return SettingsTree.of(SettingsTree.map(tree, Recipe.class));
  }

  private static Map<String, String> rows() throws IOException {
    Map<String, String> rows = new LinkedHashMap<>();
    String kind = "";
    for (String line : Files.readAllLines(PAGE)) {
      Matcher heading = HEADING.matcher(line);
      Matcher row = ROW.matcher(line);
      if (heading.matches()) {
        kind = heading.group(2) == null ? "" : heading.group(2) + " ";
      } else if (row.matches()) {
        assertThat(rows.put(kind + row.group(1), row.group(2))).as(line).isNull();
      }
    }
    return rows;
  }

  @Test
  void theRecipeOnThePageIsOne() throws IOException {
    Matcher yaml = YAML.matcher(Files.readString(PAGE));
    assertThat(yaml.find()).isTrue();
    Path file = Files.writeString(temp.resolve("mine.yaml"), yaml.group(1));
    assertThat(Recipe.load(file.toString()).epochs()).isEqualTo(20);
  }
}

package org.wideresnet.cli.train;

import java.io.PrintWriter;
import org.wideresnet.cli.terminal.CommandGroup;
import org.wideresnet.cli.terminal.Terminal;
import org.wideresnet.train.settings.Recipe;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Help.Column;
import picocli.CommandLine.Help.Column.Overflow;
import picocli.CommandLine.Help.TextTable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code wrn recipe}: what {@code train --recipe} can be told. */
@Command(
    name = "recipe",
    description = {
      "Shows the recipes: optimiser, learning rate, schedule, augmentation of a training.",
      "docs/recipes.md explains each key."
    },
    synopsisSubcommandLabel = "COMMAND")
public final class RecipeCommand extends CommandGroup {
  @Spec private CommandSpec command;

  private PrintWriter out() {
    return command.commandLine().getOut();
  }

  @Command(name = "list", description = "Lists the recipes that come with the program.")
  void list() {
    int name = Recipe.SHIPPED.stream().mapToInt(String::length).max().orElse(0) + 2;
    TextTable table =
        TextTable.forColumns(
            Help.defaultColorScheme(Ansi.OFF),
            new Column(name, 0, Overflow.SPAN),
            new Column(Terminal.columns() - name, 0, Overflow.WRAP));
    for (String recipe : Recipe.SHIPPED) {
      table.addRowValues(recipe, purpose(Recipe.shippedText(recipe)));
    }
    out().println(table.toString().stripTrailing());
    out().println("%nNext: %s recipe show quick".formatted(Terminal.invocation()));
  }

  /** Returns the first paragraph of the comment at the top. */
  private static String purpose(String yaml) {
    StringBuilder text = new StringBuilder();
    yaml.lines()
        .takeWhile(line -> line.startsWith("# "))
        .forEach(line -> text.append(line.substring(1)));
    return text.toString().strip();
  }

  @Command(
      name = "show",
      description = "Prints a recipe as YAML, which a file of one's own can begin with.",
      footerHeading = "%nExample:%n",
      footer = {
        "  ${ROOT-COMMAND-NAME} recipe show quick > mine.yaml",
        "  ${ROOT-COMMAND-NAME} train --recipe mine.yaml"
      })
  void show(
      @Parameters(
              paramLabel = "NAME|FILE",
              description = "One of \"recipe list\", or a file, which is shown with all its keys.")
          String recipe) {
    boolean shipped = Recipe.SHIPPED.contains(recipe);
    out().print(shipped ? Recipe.shippedText(recipe) : Recipe.load(recipe).toYaml());
    out().flush();
  }
}

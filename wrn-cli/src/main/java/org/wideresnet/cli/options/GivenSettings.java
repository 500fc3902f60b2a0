package org.wideresnet.cli.options;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.lang.reflect.AnnotatedElement;
import org.wideresnet.train.settings.tree.SettingsTree;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** The settings that a command line gives: a layer of the tree. */
public final class GivenSettings {
  private GivenSettings() {}

  /** Returns the values of the options that were given and that {@linkplain Sets set} a key. */
  public static ObjectNode of(CommandSpec command) {
    ObjectNode layer = SettingsTree.empty();
    for (OptionSpec option : command.commandLine().getParseResult().matchedOptions()) {
      Sets sets = ((AnnotatedElement) option.userObject()).getAnnotation(Sets.class);
      if (sets != null) {
        SettingsTree.set(layer, sets.value(), option.getValue());
      }
    }
    return layer;
  }
}

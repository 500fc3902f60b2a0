package org.wideresnet.train.parity;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.wideresnet.model.DataFormat;
import org.wideresnet.model.Variant;
import org.wideresnet.model.WideResNetConfig;

/** A network that is compared. */
record ParityCase(String model, Variant variant, DataFormat format, int classes) {

  /** Returns all variants, layouts and numbers of classes of the given networks. */
  static Stream<ParityCase> all(String... models) {
    List<ParityCase> cases = new ArrayList<>();
    for (String model : models) {
      for (Variant variant : Variant.values()) {
        for (int classes : new int[] {10, 100}) {
          for (DataFormat format : DataFormat.values()) {
            cases.add(new ParityCase(model, variant, format, classes));
          }
        }
      }
    }
    return cases.stream();
  }

  WideResNetConfig config() {
    return WideResNetConfig.parse(model, variant, classes).withDataFormat(format);
  }

  /** Returns a command of the twin for the same network. */
  List<String> command(String name, String... options) {
    List<String> words = new ArrayList<>(List.of(name, "--model", model));
    words.addAll(List.of("--variant", lower(variant), "--data-format", lower(format)));
    words.addAll(List.of("--classes", String.valueOf(classes)));
    words.addAll(List.of(options));
    return words;
  }

  /** Returns what is common to the cases whose weights are the same. */
  String weightsName() {
    return "%s-%s-%d".formatted(model, lower(variant), classes);
  }

  @Override
  public String toString() {
    return "%s, %s, %s, %d classes".formatted(model, lower(variant), lower(format), classes);
  }

  private static String lower(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }
}

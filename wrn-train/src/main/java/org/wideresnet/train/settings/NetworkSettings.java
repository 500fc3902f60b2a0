package org.wideresnet.train.settings;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Optional;
import java.util.OptionalDouble;
import org.wideresnet.model.BatchNorm;
import org.wideresnet.model.Initializer;
import org.wideresnet.model.Variant;
import org.wideresnet.model.WideResNetConfig;
import org.wideresnet.model.WideResNetConfig.Padding;

/**
 * What a recipe says of the network; whatever it leaves out is decided elsewhere.
 *
 * @param model the network, such as {@code wrn-28-10}
 * @param variant the variant
 * @param dropout the share of activations that dropout zeroes, in {@code [0, 1)}
 * @param padding replaces the variant's {@link WideResNetConfig#padding}
 * @param batchNormMomentum replaces the variant's {@link BatchNorm#momentum}, in {@code [0, 1)}
 * @param gammaInitializer replaces the variant's {@link BatchNorm#gammaInitializer}
 */
@JsonInclude(JsonInclude.Include.NON_ABSENT)
public record NetworkSettings(
    Optional<String> model,
    Optional<Variant> variant,
    OptionalDouble dropout,
    Optional<Padding> padding,
    OptionalDouble batchNormMomentum,
    Optional<Initializer> gammaInitializer) {

  /** Leaves everything out. */
  public static final NetworkSettings UNSET =
      new NetworkSettings(
          Optional.empty(),
          Optional.empty(),
          OptionalDouble.empty(),
          Optional.empty(),
          OptionalDouble.empty(),
          Optional.empty());

  /**
   * Checks the values.
   *
   * @throws IllegalArgumentException if there is no such network or a value is out of range
   */
  public NetworkSettings {
    model.ifPresent(name -> WideResNetConfig.parse(name, Variant.PAPER, 2));
    dropout.ifPresent(rate -> Require.fraction("network.dropout", rate));
    batchNormMomentum.ifPresent(share -> Require.fraction("network.batch_norm_momentum", share));
  }

  /**
   * Returns the network.
   *
   * @param classes the number of classes of the data set
   * @throws IllegalArgumentException if the model or the variant is left out
   */
  public WideResNetConfig resolve(int classes) {
    WideResNetConfig config =
        WideResNetConfig.parse(
            model.orElseThrow(() -> missing("model", "wrn-16-2")),
            variant.orElseThrow(() -> missing("variant", "paper")),
            classes);
    BatchNorm norm = config.batchNorm();
    return config
        .withPadding(padding.orElse(config.padding()))
        .withDropout((float) dropout.orElse(config.dropout()))
        .withBatchNorm(
            new BatchNorm(
                (float) batchNormMomentum.orElse(norm.momentum()),
                norm.epsilon(),
                norm.unbiasedVariance(),
                gammaInitializer.orElse(norm.gammaInitializer())));
  }

  private static IllegalArgumentException missing(String key, String example) {
    return new IllegalArgumentException(
        "The recipe does not say which network.%s to train, such as %s.".formatted(key, example));
  }
}

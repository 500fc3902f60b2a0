package org.wideresnet.train.settings;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.List;
import org.wideresnet.model.Initializer;
import org.wideresnet.model.Normalization;
import org.wideresnet.model.Variant;
import org.wideresnet.train.settings.OptimizerSettings.Adam;
import org.wideresnet.train.settings.OptimizerSettings.Sgd;

/** The keys of a recipe: the same in YAML files and in {@code run.json}. */
public final class RecipeFormat {

  private RecipeFormat() {}

  static Recipe read(ObjectNode tree, String defaultName) {
    StrictReader recipe =
        new StrictReader(tree)
            .allow(
                "name",
                "network",
                "optimizer",
                "learning_rate",
                "schedule",
                "epochs",
                "early_stopping",
                "steps_per_epoch",
                "batch_size",
                "augment",
                "normalization",
                "label_smoothing");
    return new Recipe(
        recipe.optionalText("name").orElse(defaultName),
        recipe.has("network") ? readNetwork(recipe.section("network")) : NetworkSettings.UNSET,
        readOptimizer(recipe.section("optimizer")),
        recipe.number("learning_rate"),
        readSchedule(recipe.section("schedule")),
        recipe.integer("epochs"),
        recipe.optionalInteger("early_stopping"),
        recipe.optionalInteger("steps_per_epoch"),
        recipe.integer("batch_size"),
        recipe.text("augment"),
        recipe.choice("normalization", Normalization.Kind.class),
        recipe.number("label_smoothing", 0));
  }

  private static NetworkSettings readNetwork(StrictReader network) {
    network.allow("model", "variant", "dropout", "batch_norm_momentum", "gamma_initializer");
    return new NetworkSettings(
        network.optionalText("model"),
        network.optionalChoice("variant", Variant.class),
        network.optionalNumber("dropout"),
        network.optionalNumber("batch_norm_momentum"),
        network.optionalChoice("gamma_initializer", Initializer.class));
  }

  private static OptimizerSettings readOptimizer(StrictReader optimizer) {
    String name = optimizer.text("name");
    Require.oneOf("optimizer.name", name, List.of("sgd", "adam"));
    if (name.equals("sgd")) {
      optimizer.allow("name", "momentum", "nesterov", "weight_decay", "clear_momentum_on_drop");
      return new Sgd(
          optimizer.number("momentum", 0),
          optimizer.flag("nesterov", false),
          optimizer.number("weight_decay", 0),
          optimizer.flag("clear_momentum_on_drop", false));
    }
    optimizer.allow("name", "beta1", "beta2", "epsilon", "weight_decay");
    return new Adam(
        optimizer.number("beta1", 0.9),
        optimizer.number("beta2", 0.999),
        optimizer.number("epsilon", 1e-7),
        optimizer.number("weight_decay", 0));
  }

  private static ScheduleSettings readSchedule(StrictReader schedule) {
    String name = schedule.text("name");
    Require.oneOf("schedule.name", name, List.of("constant", "step", "cosine", "one-cycle"));
    return switch (name) {
      case "constant" -> {
        schedule.allow("name", "warmup_epochs");
        yield new ScheduleSettings.Constant(schedule.number("warmup_epochs", 0));
      }
      case "step" -> {
        schedule.allow("name", "epochs", "factor", "warmup_epochs");
        yield new ScheduleSettings.Step(
            schedule.integers("epochs"),
            schedule.number("factor"),
            schedule.number("warmup_epochs", 0));
      }
      case "cosine" -> {
        schedule.allow("name", "final_factor", "warmup_epochs");
        yield new ScheduleSettings.Cosine(
            schedule.number("final_factor", 0), schedule.number("warmup_epochs", 0));
      }
      default -> {
        schedule.allow("name", "peak_at", "start_factor", "final_factor");
        yield new ScheduleSettings.OneCycle(
            schedule.number("peak_at", 0.3),
            schedule.number("start_factor", 0.04),
            schedule.number("final_factor", 0));
      }
    };
  }

  static ObjectNode write(Recipe recipe) {
    ObjectNode tree = object().put("name", recipe.name());
    ObjectNode network = writeNetwork(recipe.network());
    if (!network.isEmpty()) {
      tree.set("network", network);
    }
    tree.set("optimizer", writeOptimizer(recipe.optimizer()));
    tree.put("learning_rate", decimal(recipe.learningRate()));
    tree.set("schedule", writeSchedule(recipe.schedule()));
    tree.put("epochs", recipe.epochs());
    recipe.earlyStopping().ifPresent(patience -> tree.put("early_stopping", patience));
    recipe.stepsPerEpoch().ifPresent(steps -> tree.put("steps_per_epoch", steps));
    return tree.put("batch_size", recipe.batchSize())
        .put("augment", recipe.augment())
        .put("normalization", StrictReader.nameOf(recipe.normalization()))
        .put("label_smoothing", decimal(recipe.labelSmoothing()));
  }

  private static ObjectNode writeNetwork(NetworkSettings network) {
    ObjectNode tree = object();
    network.model().ifPresent(model -> tree.put("model", model));
    network.variant().ifPresent(variant -> tree.put("variant", StrictReader.nameOf(variant)));
    network.dropout().ifPresent(rate -> tree.put("dropout", decimal(rate)));
    network.batchNormMomentum().ifPresent(share -> tree.put("batch_norm_momentum", decimal(share)));
    network
        .gammaInitializer()
        .ifPresent(gamma -> tree.put("gamma_initializer", StrictReader.nameOf(gamma)));
    return tree;
  }

  private static ObjectNode writeOptimizer(OptimizerSettings optimizer) {
    if (optimizer instanceof Sgd sgd) {
      return object()
          .put("name", "sgd")
          .put("momentum", decimal(sgd.momentum()))
          .put("nesterov", sgd.nesterov())
          .put("weight_decay", decimal(sgd.weightDecay()))
          .put("clear_momentum_on_drop", sgd.clearMomentumOnDrop());
    }
    Adam adam = (Adam) optimizer;
    return object()
        .put("name", "adam")
        .put("beta1", decimal(adam.beta1()))
        .put("beta2", decimal(adam.beta2()))
        .put("epsilon", decimal(adam.epsilon()))
        .put("weight_decay", decimal(adam.weightDecay()));
  }

  private static ObjectNode writeSchedule(ScheduleSettings schedule) {
    if (schedule instanceof ScheduleSettings.Constant constant) {
      return object()
          .put("name", "constant")
          .put("warmup_epochs", decimal(constant.warmupEpochs()));
    }
    if (schedule instanceof ScheduleSettings.Step step) {
      ObjectNode tree = object().put("name", "step");
      ArrayNode epochs = tree.putArray("epochs");
      step.epochs().forEach(epochs::add);
      return tree.put("factor", decimal(step.factor()))
          .put("warmup_epochs", decimal(step.warmupEpochs()));
    }
    if (schedule instanceof ScheduleSettings.Cosine cosine) {
      return object()
          .put("name", "cosine")
          .put("final_factor", decimal(cosine.finalFactor()))
          .put("warmup_epochs", decimal(cosine.warmupEpochs()));
    }
    ScheduleSettings.OneCycle cycle = (ScheduleSettings.OneCycle) schedule;
    return object()
        .put("name", "one-cycle")
        .put("peak_at", decimal(cycle.peakAt()))
        .put("start_factor", decimal(cycle.startFactor()))
        .put("final_factor", decimal(cycle.finalFactor()));
  }

  /** Teaches Jackson this form of a recipe. */
  public static SimpleModule jsonModule() {
    return new SimpleModule()
        .addSerializer(
            Recipe.class,
            new JsonSerializer<>() {
              @Override
              public void serialize(
                  Recipe recipe, JsonGenerator generator, SerializerProvider provider)
                  throws IOException {
                generator.writeTree(write(recipe));
              }
            })
        .addDeserializer(
            Recipe.class,
            new JsonDeserializer<>() {
              @Override
              public Recipe deserialize(JsonParser parser, DeserializationContext context)
                  throws IOException {
                return read(context.readValue(parser, ObjectNode.class), "recipe");
              }
            });
  }

  private static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }

  /** Keeps 5e-4 from being written as 5.0E-4. */
  private static BigDecimal decimal(double value) {
    return BigDecimal.valueOf(value).stripTrailingZeros();
  }
}

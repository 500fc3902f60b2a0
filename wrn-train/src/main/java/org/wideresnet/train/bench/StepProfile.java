package org.wideresnet.train.bench;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.tensorflow.proto.DeviceStepStats;
import org.tensorflow.proto.NodeExecStats;
import org.tensorflow.proto.RunMetadata;

/**
 * Where the time of a step went, by type of op, from TensorFlow's own step statistics. Ops run side
 * by side, so that the sum may be more than the time of the step.
 *
 * @param ops the types, the one that took the most first
 */
public record StepProfile(List<Op> ops) {

  /** "conv2d = Conv2D(images, kernel)": name and type of an op. */
  private static final Pattern LABEL = Pattern.compile("\\S+ = (\\w+)\\(");

  /**
   * The ops of one type.
   *
   * @param type the type, such as {@code Conv2DBackpropFilter}
   * @param count how many ran
   * @param seconds how long all of them took
   * @param share their share of the time of all ops, in [0, 1]
   */
  public record Op(String type, int count, double seconds, double share) {}

  static StepProfile of(RunMetadata metadata) {
    Map<String, Integer> counts = new HashMap<>();
    Map<String, Double> seconds = new HashMap<>();
    for (DeviceStepStats device : metadata.getStepStats().getDevStatsList()) {
      for (NodeExecStats node : device.getNodeStatsList()) {
        String type = type(node);
        counts.merge(type, 1, Integer::sum);
        seconds.merge(
            type, (node.getOpEndRelNanos() - node.getOpStartRelNanos()) / 1e9, Double::sum);
      }
    }
    double all = seconds.values().stream().mapToDouble(one -> one).sum();
    return new StepProfile(
        seconds.entrySet().stream()
            .map(
                entry ->
                    new Op(
                        entry.getKey(),
                        counts.get(entry.getKey()),
                        entry.getValue(),
                        entry.getValue() / all))
            .sorted(Comparator.comparingDouble(Op::seconds).reversed())
            .toList());
  }

  private static String type(NodeExecStats node) {
    Matcher label = LABEL.matcher(node.getTimelineLabel());
    return label.find() ? label.group(1) : node.getNodeName();
  }
}

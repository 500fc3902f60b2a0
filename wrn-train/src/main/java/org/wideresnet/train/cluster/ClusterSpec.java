package org.wideresnet.train.cluster;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.wideresnet.data.pipeline.Shard;

/**
 * The processes of a training on several machines, as the environment variable {@code TF_CONFIG}
 * names them: the convention of tf.distribute and Kubeflow.
 *
 * <pre>{@code
 * {"cluster": {"worker": ["a:2222", "b:2222"]}, "task": {"type": "worker", "index": 0}}
 * }</pre>
 *
 * @param addresses {@code host:port} of each worker, the chief first
 * @param index which of them this process is
 */
public record ClusterSpec(List<String> addresses, int index) {

  /** The environment variable. */
  public static final String VARIABLE = "TF_CONFIG";

  private static final String CHIEF = "chief";
  private static final String WORKER = "worker";
  private static final Set<String> TYPES = Set.of(CHIEF, WORKER);
  private static final Pattern ADDRESS = Pattern.compile("[^\\s:/]+:\\d{1,5}");

  /**
   * Checks the addresses.
   *
   * @throws IllegalArgumentException if one is not {@code host:port}, or none has the index
   */
  public ClusterSpec {
    addresses = List.copyOf(addresses);
    for (String address : addresses) {
      if (!ADDRESS.matcher(address).matches()) {
        throw invalid("names the address '%s', which should be host:port".formatted(address));
      }
    }
    if (index < 0 || index >= addresses.size()) {
      throw invalid(
          "names %d workers, and task %d is not one of them".formatted(addresses.size(), index));
    }
  }

  /**
   * Reads the value of the variable. Where there is a chief it comes before the workers, else the
   * first worker is the chief.
   *
   * @throws IllegalArgumentException if it is not such JSON, or names other jobs than workers
   */
  public static ClusterSpec parse(String json) {
    JsonNode root;
    try {
      root = JsonMapper.builder().build().readTree(json);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(message("is not JSON"), e);
    }
    JsonNode cluster = root.path("cluster");
    for (Iterator<String> jobs = cluster.fieldNames(); jobs.hasNext(); ) {
      String job = jobs.next();
      if (!TYPES.contains(job)) {
        throw invalid("has the job '%s'; only chief and worker take part here".formatted(job));
      }
    }
    List<String> chiefs = addresses(cluster.path(CHIEF));
    List<String> workers = addresses(cluster.path(WORKER));
    if (chiefs.size() > 1 || chiefs.size() + workers.size() == 0) {
      throw invalid("should name one chief at most and at least one worker");
    }
    JsonNode task = root.path("task");
    String type = task.path("type").asText();
    if (!TYPES.contains(type) || !task.path("index").isIntegralNumber()) {
      throw invalid("should say which task this is, by type (chief or worker) and index");
    }
    int index = task.path("index").asInt();
    List<String> all = new ArrayList<>(chiefs);
    all.addAll(workers);
    return new ClusterSpec(all, type.equals(CHIEF) ? index : chiefs.size() + index);
  }

  /**
   * Reads the variable.
   *
   * @return nothing where it is not set, or names one process alone
   * @throws IllegalArgumentException as {@link #parse}
   */
  public static Optional<ClusterSpec> of(Map<String, String> environment) {
    return Optional.ofNullable(environment.get(VARIABLE))
        .filter(json -> !json.isBlank())
        .map(ClusterSpec::parse)
        .filter(cluster -> cluster.addresses().size() > 1);
  }

  /**
   * Returns addresses on this machine that nobody uses at the moment, for workers of a cluster.
   *
   * @throws IOException if there are not that many
   */
  public static List<String> freeAddresses(int count) throws IOException {
    List<ServerSocket> sockets = new ArrayList<>();
    try {
      List<String> addresses = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        sockets.add(new ServerSocket(0));
        addresses.add("localhost:" + sockets.get(i).getLocalPort());
      }
      return addresses;
    } finally {
      for (ServerSocket socket : sockets) {
        socket.close();
      }
    }
  }

  private static List<String> addresses(JsonNode list) {
    List<String> addresses = new ArrayList<>();
    list.forEach(address -> addresses.add(address.asText()));
    return addresses;
  }

  private static IllegalArgumentException invalid(String what) {
    return new IllegalArgumentException(message(what));
  }

  private static String message(String what) {
    return "%s %s; it should look like {\"cluster\": {\"worker\": [\"a:2222\", \"b:2222\"]}, \"task\": {\"type\": \"worker\", \"index\": 0}}."
        .formatted(VARIABLE, what);
  }

  /** Returns whether this process writes the run. */
  public boolean isChief() {
    return index == 0;
  }

  /** Returns this process among all. */
  Shard shard() {
    return new Shard(index, addresses.size());
  }
}

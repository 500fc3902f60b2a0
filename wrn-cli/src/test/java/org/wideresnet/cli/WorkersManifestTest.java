package org.wideresnet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.wideresnet.train.cluster.ClusterSpec;

/** The manifest of Kubernetes in the documentation, as far as it can be read without Kubernetes. */
class WorkersManifestTest {
  private static final Map<String, JsonNode> OBJECTS = new TreeMap<>();

  @BeforeAll
  static void read() throws IOException {
    YAMLMapper yaml = new YAMLMapper();
    try (var documents =
        yaml.readerFor(JsonNode.class)
            .<JsonNode>readValues(
                Files.readString(Path.of("..", "docs", "scaling", "workers.yaml")))) {
      documents.forEachRemaining(object -> OBJECTS.put(object.path("kind").asText(), object));
    }
  }

  @Test
  void onlyTheWorkersMayReachTheWorkers() {
    assertThat(OBJECTS).containsOnlyKeys("Job", "NetworkPolicy", "Service");
    JsonNode policy = OBJECTS.get("NetworkPolicy");
    assertThat(policy.path("apiVersion").asText()).isEqualTo("networking.k8s.io/v1");
    JsonNode workers = policy.at("/spec/podSelector/matchLabels");
    // Kubernetes labels the pods of a job with its name.
    assertThat(workers.path("job-name")).isEqualTo(OBJECTS.get("Job").at("/metadata/name"));
    assertThat(policy.at("/spec/policyTypes")).extracting(JsonNode::asText).contains("Ingress");
    JsonNode ingress = policy.at("/spec/ingress");
    assertThat(ingress).hasSize(1);
    assertThat(ingress.at("/0/from")).hasSize(1);
    assertThat(ingress.at("/0/from/0/podSelector/matchLabels")).isEqualTo(workers);
  }

  /** The script is run up to the command, which is printed. */
  @Test
  void eachWorkerIsToldWhoItIs() throws Exception {
    JsonNode job = OBJECTS.get("Job");
    JsonNode worker = job.at("/spec/template/spec/containers/0");
    String script = worker.at("/args/0").asText();
    assertThat(script).contains("exec /opt/wrn/bin/wrn train");
    ProcessBuilder builder =
        new ProcessBuilder(
            "bash",
            "-ec",
            script.replace("exec /opt/wrn/bin/wrn", "printf '%s\\n' \"$TF_CONFIG\""));
    builder.environment().put("JOB_COMPLETION_INDEX", "2");
    Process process = builder.redirectErrorStream(true).start();
    List<String> lines =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
            .lines()
            .toList();
    assertThat(process.waitFor()).as("%s", lines).isZero();

    ClusterSpec cluster = ClusterSpec.parse(lines.get(0));
    assertThat(cluster.index()).isEqualTo(2);
    assertThat(cluster.addresses()).hasSize(job.at("/spec/completions").asInt());
    assertThat(cluster.addresses())
        .allMatch(address -> address.endsWith(":" + worker.at("/ports/0/containerPort").asText()));
    PrintWriter silent = new PrintWriter(new StringWriter());
    List<String> words = lines.subList(1, lines.size());
    assertThat(words).startsWith("train").contains("--trust-network");
    WrnCommand.commandLine(silent, silent).parseArgs(words.toArray(String[]::new));
  }
}

package org.wideresnet.train.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClusterSpecTest {

  @Test
  void theFirstWorkerIsTheChief() {
    ClusterSpec cluster =
        ClusterSpec.parse(
            """
            {"cluster": {"worker": ["a:2222", "b:2222"]}, "task": {"type": "worker", "index": 1}}
            """);
    assertThat(cluster).isEqualTo(new ClusterSpec(List.of("a:2222", "b:2222"), 1));
    assertThat(cluster.isChief()).isFalse();
  }

  /** As Kubeflow writes it. */
  @Test
  void aChiefComesBeforeTheWorkers() {
    String cluster =
        """
        {"cluster": {"chief": ["wrn-chief-0.ns.svc:2222"], "worker": ["wrn-worker-0.ns.svc:2222"]},
         "task": {"type": "%s", "index": 0}, "environment": "cloud"}
        """;
    List<String> addresses = List.of("wrn-chief-0.ns.svc:2222", "wrn-worker-0.ns.svc:2222");
    assertThat(ClusterSpec.parse(cluster.formatted("chief")))
        .isEqualTo(new ClusterSpec(addresses, 0));
    assertThat(ClusterSpec.parse(cluster.formatted("worker")))
        .isEqualTo(new ClusterSpec(addresses, 1));
  }

  @Test
  void withoutOthersThereIsNoCluster() {
    assertThat(ClusterSpec.of(Map.of())).isEmpty();
    assertThat(ClusterSpec.of(Map.of("TF_CONFIG", " "))).isEmpty();
    assertThat(
            ClusterSpec.of(
                Map.of(
                    "TF_CONFIG",
                    """
                    {"cluster": {"chief": ["a:1"]}, "task": {"type": "chief", "index": 0}}
                    """)))
        .isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '~',
      value = {
        "{; is not JSON",
        "{}; at least one worker",
        "{'cluster': {'ps': ['a:1'], 'worker': ['b:1']}}; has the job 'ps'",
        "{'cluster': {'chief': ['a:1', 'b:1']}}; one chief at most",
        "{'cluster': {'worker': ['a:1']}}; by type (chief or worker) and index",
        "{'cluster': {'worker': ['a:1']}, 'task': {'type': 'evaluator', 'index': 0}}; by type",
        "{'cluster': {'worker': ['a:1']}, 'task': {'type': 'worker', 'index': 1}}; task 1",
        "{'cluster': {'worker': ['a']}, 'task': {'type': 'worker', 'index': 0}}; address 'a'",
      })
  void sayWhatIsWrong(String json, String what) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ClusterSpec.parse(json.replace('\'', '"')))
        .withMessageStartingWith("TF_CONFIG ")
        .withMessageContaining(what)
        .withMessageContaining("it should look like {\"cluster\"");
  }
}

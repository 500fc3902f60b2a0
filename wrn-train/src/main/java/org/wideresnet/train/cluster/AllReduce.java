package org.wideresnet.train.cluster;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.RemoteSession;
import org.tensorflow.Result;
import org.tensorflow.Server;
import org.tensorflow.Session;
import org.tensorflow.exceptions.TensorFlowException;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.proto.ClusterDef;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.JobDef;
import org.tensorflow.proto.RunOptions;
import org.tensorflow.proto.ServerDef;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;
import org.wideresnet.model.variables.Sessions;

/**
 * Adds up vectors over processes with TensorFlow's collective operations. They have a server, a
 * graph and a session of their own, apart from those that train: whatever becomes of the other
 * processes, the weights of this one are whole. A large vector is added up in buckets, so that one
 * travels while another is added.
 */
final class AllReduce implements AutoCloseable {
  private static final String JOB = "worker";
  private static final long GROUP = 1;

  /** From so many numbers on, a vector is added up in buckets, side by side. */
  private static final int LARGE = 1 << 20;

  private static final int BUCKETS = 8;

  private final Graph graph = new Graph();
  private final Session session;
  private final RunOptions options;
  private final Placeholder<TFloat32> input;
  private final Placeholder<TFloat32> flag;
  private final Operand<TFloat32> sum;
  private final Operand<TFloat32> flags;
  private final Operand<TFloat32> largeSum;
  private final Operand<TFloat32> largeFlags;

  /** Starts the server of this process, which runs until the process ends, and opens a session. */
  AllReduce(ClusterSpec cluster, Duration timeout) {
    options = RunOptions.newBuilder().setTimeoutInMs(timeout.plusSeconds(5).toMillis()).build();
    JobDef.Builder job = JobDef.newBuilder().setName(JOB);
    for (int i = 0; i < cluster.addresses().size(); i++) {
      job.putTasks(i, cluster.addresses().get(i));
    }
    String task = "/job:%s/replica:0/task:%d".formatted(JOB, cluster.index());
    ConfigProto.Builder config =
        Sessions.onCpu().toBuilder()
            .setIntraOpParallelismThreads(2)
            .addDeviceFilters("/job:%s/task:%d".formatted(JOB, cluster.index()));
    config
        .getExperimentalBuilder()
        .setCollectiveGroupLeader("/job:%s/replica:0/task:0".formatted(JOB));
    Server server =
        new Server(
            ServerDef.newBuilder()
                .setCluster(ClusterDef.newBuilder().addJob(job))
                .setJobName(JOB)
                .setTaskIndex(cluster.index())
                .setProtocol("grpc")
                .setDefaultSessionConfig(config)
                .build());
    server.start();

    Ops tf = Ops.create(graph);
    input = tf.placeholder(TFloat32.class, Placeholder.shape(Shape.of(-1)));
    flag = tf.placeholder(TFloat32.class, Placeholder.shape(Shape.of(1)));
    Operand<TInt32> axis = tf.constant(0);
    Operand<TInt32> length = tf.shape(input);
    long processes = cluster.addresses().size();
    Output<TFloat32> total = sum(tf, task, processes, 0, tf.concat(List.of(input, flag), axis));
    sum = tf.slice(total, tf.array(0), length);
    flags = tf.slice(total, length, tf.array(1));

    // Buckets that begin on a boundary of 64 bytes are parts of the vector, not copies.
    Operand<TInt32> size =
        tf.math.mul(tf.math.div(length, tf.constant(16 * BUCKETS)), tf.constant(16));
    List<Operand<TFloat32>> buckets = new ArrayList<>();
    for (int i = 0; i < BUCKETS; i++) {
      Operand<TInt32> count = i < BUCKETS - 1 ? size : tf.array(-1);
      Operand<TFloat32> bucket = tf.slice(input, tf.math.mul(size, tf.constant(i)), count);
      buckets.add(sum(tf, task, processes, 1 + i, bucket));
    }
    largeSum = tf.concat(buckets, axis);
    largeFlags = sum(tf, task, processes, 1 + BUCKETS, flag);
    session =
        RemoteSession.open(
            graph, "grpc://" + cluster.addresses().get(cluster.index()), config.build());
  }

  private Output<TFloat32> sum(
      Ops tf, String task, long processes, long number, Operand<TFloat32> addend) {
    return graph
        .opBuilder("CollectiveReduce", "sum_" + number, tf.scope())
        .addInput(addend.asOutput())
        .setDevice(task + "/device:CPU:0")
        .setAttr("T", DataType.DT_FLOAT)
        .setAttr("group_size", processes)
        .setAttr("group_key", GROUP)
        .setAttr("instance_key", 1 + number)
        .setAttr("merge_op", "Add")
        .setAttr("final_op", "Id")
        .setAttr("subdiv_offsets", new long[] {0})
        .build()
        .output(0);
  }

  /**
   * Adds up a vector and a flag over all processes.
   *
   * @param addend float32 {@code [n]}
   * @return the sums, {@code [n]} and {@code [1]}; the caller closes them
   * @throws TensorFlowException if a process is gone or does not answer in time
   */
  Result sum(TFloat32 addend, TFloat32 ownFlag) {
    boolean large = addend.size() >= LARGE;
    return session
        .runner()
        .setOptions(options)
        .feed(input, addend)
        .feed(flag, ownFlag)
        .fetch(large ? largeSum : sum)
        .fetch(large ? largeFlags : flags)
        .run();
  }

  @Override
  public void close() {
    session.close();
    graph.close();
  }
}

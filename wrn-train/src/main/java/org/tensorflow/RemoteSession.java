package org.tensorflow;

import static org.tensorflow.internal.c_api.global.tensorflow.TF_SetConfig;
import static org.tensorflow.internal.c_api.global.tensorflow.TF_SetTarget;

import org.bytedeco.javacpp.BytePointer;
import org.tensorflow.internal.c_api.TF_Session;
import org.tensorflow.internal.c_api.TF_SessionOptions;
import org.tensorflow.internal.c_api.TF_Status;
import org.tensorflow.proto.ConfigProto;

/**
 * Opens sessions on a server of TensorFlow. TensorFlow Java has servers, but its own constructors
 * of sessions know no target; the one that wraps a native session is visible in this package only.
 */
public final class RemoteSession {
  private RemoteSession() {}

  /**
   * Opens a session.
   *
   * @param graph the graph
   * @param target the server, such as {@code grpc://localhost:2222}
   * @param config the configuration of the session
   */
  public static Session open(Graph graph, String target, ConfigProto config) {
    byte[] bytes = config.toByteArray();
    try (TF_Status status = TF_Status.newStatus();
        TF_SessionOptions options = TF_SessionOptions.newSessionOptions();
        BytePointer proto = new BytePointer(bytes);
        Graph.Reference reference = graph.ref()) {
      TF_SetTarget(options, target);
      TF_SetConfig(options, proto, bytes.length, status);
      status.throwExceptionIfNotOK();
      TF_Session session = TF_Session.newSession(reference.nativeHandle(), options, status);
      status.throwExceptionIfNotOK();
      return new Session(graph, session.retainReference());
    }
  }
}

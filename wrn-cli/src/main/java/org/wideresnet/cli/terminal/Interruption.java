package org.wideresnet.cli.terminal;

import java.util.concurrent.CountDownLatch;

/**
 * Lets a command end in order when it is interrupted (Ctrl-C, or {@code kill}): the virtual
 * machine, which then ends with code 130 or 143, waits until this has been closed.
 */
public final class Interruption implements AutoCloseable {
  private final CountDownLatch done = new CountDownLatch(1);
  private final Thread hook = new Thread(this::signalled);
  private Runnable stop = () -> {};
  private boolean signalled;

  /** Waits for a signal from now on. */
  public Interruption() {
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /**
   * Says what a signal does.
   *
   * @param action asks the work to stop; called from another thread, or at once after a signal
   */
  public synchronized void onSignal(Runnable action) {
    stop = action;
    if (signalled) {
      action.run();
    }
  }

  private void signalled() {
    synchronized (this) {
      signalled = true;
      stop.run();
    }
    try {
      done.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Lets the virtual machine end, if it is about to. */
  @Override
  public synchronized void close() {
    done.countDown();
    if (!signalled) {
      try {
        Runtime.getRuntime().removeShutdownHook(hook);
      } catch (IllegalStateException e) {
        signalled = true; // in this moment
      }
    }
  }
}

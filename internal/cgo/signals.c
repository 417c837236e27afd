// Threads that TensorFlow starts must not handle signals. oneDNN's matrix kernels let
// the stack pointer point into the heap, so a handler that runs on such a thread
// overwrites the heap (oneDNN issue 4845; mended in its 3.11.2, which TensorFlow 2.21
// does not have yet). Go's CPU profiler, for one, sends SIGPROF to any thread that
// takes it. Go's own threads handle signals on a stack apart and are safe.
//
// A thread inherits the mask of the one that starts it, so TensorFlow makes graphs and
// sessions, and their thread pools, with signals blocked. Other calls start no threads
// that stay, and keep signals so that Go's profile shows them.
#include <pthread.h>

#include "tfapi.h"

void tfx_signals_block(sigset_t *before) {
  static const int faults[] = {SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGSEGV, SIGSYS, SIGTRAP};
  sigset_t mask;
  sigfillset(&mask);
  for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++) sigdelset(&mask, faults[i]);
  pthread_sigmask(SIG_BLOCK, &mask, before);
}

void tfx_signals_restore(const sigset_t *before) {
  pthread_sigmask(SIG_SETMASK, before, NULL);
}

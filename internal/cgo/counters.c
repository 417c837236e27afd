#include <stdatomic.h>

#include "tfapi.h"

static _Atomic int64_t counts[TFX_KINDS];

void tfx_count(tfx_kind kind, int64_t delta) {
  atomic_fetch_add_explicit(&counts[kind], delta, memory_order_relaxed);
}

void tfx_counts(int64_t out[TFX_KINDS]) {
  for (int k = 0; k < TFX_KINDS; k++) {
    out[k] = atomic_load_explicit(&counts[k], memory_order_relaxed);
  }
}

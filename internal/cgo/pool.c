// Memory for feeds. TensorFlow uses a feed's memory in place if it is aligned,
// and gives it back by a C callback; from there it goes onto a free list, so
// that a program which feeds the same shapes again and again neither calls
// malloc nor touches fresh pages.
#include <pthread.h>
#include <stdlib.h>

#include "tfapi.h"

// TF_NewTensor copies a buffer that is not aligned to EIGEN_MAX_ALIGN_BYTES,
// which is 64 on builds with AVX-512 and less on others.
enum { ALIGN = 64 };

// Blocks hold 64 << class bytes. Doubling wastes little: pages of a large
// block that are never written take no memory.
//
// The largest block that is kept, and the most idle memory altogether, is
// 256 MiB: a batch of 256 images of 224x224x3 float32 (154 MB, the largest
// batch that the project's benchmarks run) rounded up to a class.
enum { CLASSES = 23, IDLE_LIMIT = 256 << 20 };

// In front of the memory handed out; keeps its alignment.
typedef union block {
  struct {
    union block *next;
    size_t size;  // of the memory handed out
    int class;    // CLASSES: too large to be kept
    int64_t strings;
    void (*dealloc)(TF_TString *);
  };
  char pad[ALIGN];
} block;

_Static_assert(sizeof(block) == ALIGN, "a block's header must keep alignment");
_Static_assert((size_t)ALIGN << (CLASSES - 1) == IDLE_LIMIT, "largest class");

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static block *idle[CLASSES];
static size_t idle_bytes;

void *tfx_pool_take(size_t bytes) {
  int class = 0;
  size_t size = ALIGN;
  while (class < CLASSES && size < bytes) {
    class++;
    size <<= 1;
  }
  block *b = NULL;
  if (class < CLASSES) {
    pthread_mutex_lock(&lock);
    b = idle[class];
    if (b != NULL) {
      idle[class] = b->next;
      idle_bytes -= size;
    }
    pthread_mutex_unlock(&lock);
    if (b != NULL) tfx_count(TFX_POOLED_BYTES, -(int64_t)size);
  } else {
    size = bytes;
  }
  if (b == NULL) {
    void *p;
    if (size > SIZE_MAX - sizeof(block) ||
        posix_memalign(&p, ALIGN, sizeof(block) + size) != 0) {
      return NULL;
    }
    b = p;
    b->size = size;
    b->class = class;
  }
  b->strings = 0;
  tfx_count(TFX_TENSOR_BYTES, (int64_t)size);
  return b + 1;
}

void tfx_pool_strings(void *data, int64_t n, void (*dealloc)(TF_TString *)) {
  block *b = (block *)data - 1;
  b->strings = n;
  b->dealloc = dealloc;
}

void tfx_pool_give(void *data, size_t bytes, void *unused) {
  (void)bytes;
  (void)unused;
  block *b = (block *)data - 1;
  TF_TString *s = data;
  for (int64_t i = 0; i < b->strings; i++) b->dealloc(&s[i]);
  size_t size = b->size;
  tfx_count(TFX_TENSOR_BYTES, -(int64_t)size);
  if (b->class < CLASSES) {
    pthread_mutex_lock(&lock);
    if (idle_bytes + size <= IDLE_LIMIT) {
      b->next = idle[b->class];
      idle[b->class] = b;
      idle_bytes += size;
      b = NULL;
      tfx_count(TFX_POOLED_BYTES, (int64_t)size);
    }
    pthread_mutex_unlock(&lock);
  }
  free(b);
}

void tfx_pool_trim(void) {
  block *all = NULL;
  pthread_mutex_lock(&lock);
  for (int c = 0; c < CLASSES; c++) {
    while (idle[c] != NULL) {
      block *b = idle[c];
      idle[c] = b->next;
      b->next = all;
      all = b;
    }
  }
  tfx_count(TFX_POOLED_BYTES, -(int64_t)idle_bytes);
  idle_bytes = 0;
  pthread_mutex_unlock(&lock);
  while (all != NULL) {
    block *b = all;
    all = b->next;
    free(b);
  }
}

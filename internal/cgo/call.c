#include <stdlib.h>
#include <string.h>

#include "tfapi.h"

enum { RESOURCE_EXHAUSTED = 8, INTERNAL = 13, STRING = 7 };  // TF_Code, TF_DataType

tfx_call *tfx_call_new(int nfeeds, int nfetches, int64_t ndims) {
  size_t size = sizeof(tfx_call) + nfeeds * (sizeof(tfx_feed) + sizeof(TF_Tensor *)) +
                nfetches * (sizeof(tfx_fetch) + sizeof(TF_Tensor *)) +
                ndims * sizeof(int64_t);
  tfx_call *c = calloc(1, size);
  if (c == NULL) return NULL;
  c->nfeeds = nfeeds;
  c->nfetches = nfetches;
  // Every part is a multiple of 8 bytes long, so all of them are aligned.
  c->feeds = (tfx_feed *)(c + 1);
  c->fetches = (tfx_fetch *)(c->feeds + nfeeds);
  c->inputs = (TF_Tensor **)(c->fetches + nfetches);
  c->outputs = c->inputs + nfeeds;
  if (nfeeds > 0) c->feeds[0].dims = (int64_t *)(c->outputs + nfetches);
  tfx_count(TFX_CALLS, 1);
  return c;
}

int tfx_call_reserve(tfx_call *c) {
  for (int i = 0; i < c->nfeeds; i++) {
    c->feeds[i].data = tfx_pool_take(c->feeds[i].bytes);
    if (c->feeds[i].data == NULL) return 0;
  }
  return 1;
}

void tfx_call_strings(tfx_api *api, tfx_call *c, int i, const char *text,
                      const int64_t *ends) {
  tfx_feed *f = &c->feeds[i];
  TF_TString *s = f->data;
  int64_t begin = 0;
  for (int64_t k = 0; k < f->count; k++) {
    api->TF_StringInit(&s[k]);
    api->TF_StringCopy(&s[k], text + begin, (size_t)(ends[k] - begin));
    begin = ends[k];
  }
  tfx_pool_strings(f->data, f->count, api->TF_StringDealloc);
}

// Hands the feeds' memory to TensorFlow.
static int make_inputs(tfx_api *api, tfx_call *c) {
  for (int i = 0; i < c->nfeeds; i++) {
    tfx_feed *f = &c->feeds[i];
    void *data = f->data;
    f->data = NULL;  // from here on the deallocator gives it back
    c->inputs[i] = api->TF_NewTensor(f->dtype, f->dims, f->rank, data, f->bytes,
                                     tfx_pool_give, NULL);
    if (c->inputs[i] == NULL) {
      tfx_error_set(&c->err, INTERNAL, "TF_NewTensor refused a feed");
      return 0;
    }
    tfx_count(TFX_TENSORS, 1);
  }
  return 1;
}

static void delete_tensors(tfx_api *api, TF_Tensor **t, int n) {
  for (int i = 0; i < n; i++) {
    if (t[i] == NULL) continue;
    api->TF_DeleteTensor(t[i]);
    t[i] = NULL;
    tfx_count(TFX_TENSORS, -1);
  }
}

// Lays the strings of a fetched tensor out for Go.
static int read_strings(tfx_api *api, tfx_fetch *f) {
  size_t n = f->bytes / sizeof(TF_TString), total = 0;
  const TF_TString *s = f->data;
  for (size_t i = 0; i < n; i++) total += api->TF_StringGetSize(&s[i]);
  f->ends = malloc((n + 1) * sizeof(int64_t));
  f->text = malloc(total + 1);
  if (f->ends == NULL || f->text == NULL) return 0;
  size_t at = 0;
  for (size_t i = 0; i < n; i++) {
    size_t length = api->TF_StringGetSize(&s[i]);
    if (length > 0) memcpy(f->text + at, api->TF_StringGetDataPointer(&s[i]), length);
    at += length;
    f->ends[i] = (int64_t)at;
  }
  return 1;
}

static int describe_outputs(tfx_api *api, tfx_call *c) {
  int64_t ndims = 0;
  for (int i = 0; i < c->nfetches; i++) {
    c->fetches[i].rank = api->TF_NumDims(c->outputs[i]);
    ndims += c->fetches[i].rank;
  }
  c->fetch_dims = malloc((ndims + 1) * sizeof(int64_t));
  if (c->fetch_dims == NULL) return 0;
  int64_t *dims = c->fetch_dims;
  for (int i = 0; i < c->nfetches; i++) {
    tfx_fetch *f = &c->fetches[i];
    const TF_Tensor *t = c->outputs[i];
    f->dtype = api->TF_TensorType(t);
    f->dims = dims;
    for (int d = 0; d < f->rank; d++) *dims++ = api->TF_Dim(t, d);
    f->bytes = api->TF_TensorByteSize(t);
    f->data = api->TF_TensorData(t);
    if (f->dtype == STRING && !read_strings(api, f)) return 0;
  }
  return 1;
}

void tfx_call_run(tfx_api *api, TF_Session *s, tfx_call *c,
                  const TF_Output *feeds, const TF_Output *fetches,
                  TF_Operation *const *targets, int ntargets, int trace) {
  if (!make_inputs(api, c)) return;
  TF_Buffer options = {c->options, c->options_length, NULL};
  if (trace) {
    c->metadata = api->TF_NewBuffer();
    tfx_count(TFX_BUFFERS, 1);
  }
  TF_Status *status = tfx_status_new(api);
  api->TF_SessionRun(s, c->options_length > 0 ? &options : NULL, feeds,
                     c->inputs, c->nfeeds, fetches, c->outputs, c->nfetches,
                     (const TF_Operation *const *)targets, ntargets,
                     c->metadata, status);
  for (int i = 0; i < c->nfetches; i++) {
    if (c->outputs[i] != NULL) tfx_count(TFX_TENSORS, 1);
  }
  delete_tensors(api, c->inputs, c->nfeeds);
  if (!tfx_status_done(api, status, &c->err)) return;
  for (int i = 0; i < c->nfetches; i++) {
    if (c->outputs[i] == NULL) {
      tfx_error_set(&c->err, INTERNAL, "TensorFlow returned no tensor for a fetch");
      return;
    }
  }
  if (!describe_outputs(api, c)) {
    tfx_error_set(&c->err, RESOURCE_EXHAUSTED, "out of memory while reading the outputs");
  }
}

void tfx_call_free(tfx_api *api, tfx_call *c) {
  for (int i = 0; i < c->nfeeds; i++) {
    if (c->feeds[i].data != NULL) tfx_pool_give(c->feeds[i].data, 0, NULL);
  }
  delete_tensors(api, c->inputs, c->nfeeds);
  delete_tensors(api, c->outputs, c->nfetches);
  for (int i = 0; i < c->nfetches; i++) {
    free(c->fetches[i].text);
    free(c->fetches[i].ends);
  }
  if (c->metadata != NULL) tfx_buffer_delete(api, c->metadata);
  free(c->fetch_dims);
  free(c->err.message);
  free(c);
  tfx_count(TFX_CALLS, -1);
}

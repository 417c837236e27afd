#include "tfapi.h"

// The call owns the feeds' memory.
static void keep(void *data, size_t length, void *arg) {
  (void)data;
  (void)length;
  (void)arg;
}

int tfx_bare_feed(tfx_api *api, tfx_call *c) {
  for (int i = 0; i < c->nfeeds; i++) {
    tfx_feed *f = &c->feeds[i];
    c->inputs[i] = api->TF_NewTensor(f->dtype, f->dims, f->rank, f->data, f->bytes, keep, NULL);
    if (c->inputs[i] == NULL) return 0;
    tfx_count(TFX_TENSORS, 1);
  }
  return 1;
}

void tfx_bare_run(tfx_api *api, TF_Session *s, tfx_call *c,
                  const TF_Output *feeds, const TF_Output *fetches) {
  for (int i = 0; i < c->nfetches; i++) {
    if (c->outputs[i] == NULL) continue;
    api->TF_DeleteTensor(c->outputs[i]);
    c->outputs[i] = NULL;
    tfx_count(TFX_TENSORS, -1);
  }
  TF_Status *status = tfx_status_new(api);
  api->TF_SessionRun(s, NULL, feeds, c->inputs, c->nfeeds, fetches, c->outputs,
                     c->nfetches, NULL, 0, NULL, status);
  for (int i = 0; i < c->nfetches; i++) {
    if (c->outputs[i] != NULL) tfx_count(TFX_TENSORS, 1);
  }
  tfx_status_done(api, status, &c->err);
}

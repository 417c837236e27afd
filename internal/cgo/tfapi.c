#define _GNU_SOURCE  // RTLD_DEFAULT, dladdr, dl_iterate_phdr

#include "tfapi.h"

#include <dlfcn.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#ifdef __linux__
#include <link.h>
#endif

// ---- errors ----

void tfx_error_set(tfx_error *err, int code, const char *message) {
  free(err->message);
  err->code = code;
  err->message = strdup(message);
}

TF_Status *tfx_status_new(tfx_api *api) {
  tfx_count(TFX_STATUSES, 1);
  return api->TF_NewStatus();
}

int tfx_status_done(tfx_api *api, TF_Status *s, tfx_error *err) {
  int code = api->TF_GetCode(s);
  // The first failure is the one worth telling.
  if (code != 0 && err->code == 0) tfx_error_set(err, code, api->TF_Message(s));
  api->TF_DeleteStatus(s);
  tfx_count(TFX_STATUSES, -1);
  return code == 0;
}

// ---- the library ----

void *tfx_dlopen(const char *path, const char *level, const char *switch_on, char **message) {
  setenv("TF_CPP_MIN_LOG_LEVEL", level, 0);
  if (switch_on != NULL) setenv(switch_on, "1", 0);
  void *handle = dlopen(path, RTLD_NOW | RTLD_LOCAL);
  if (handle == NULL) {
    const char *m = dlerror();
    *message = strdup(m != NULL ? m : "dlopen failed");
  }
  return handle;
}

void tfx_pin(const char *path) {
  dlopen(path, RTLD_NOW | RTLD_LOCAL | RTLD_NOLOAD | RTLD_NODELETE);
}

void tfx_dlclose(void *handle) { dlclose(handle); }

char *tfx_linked_path(void) {
  void *symbol = dlsym(RTLD_DEFAULT, "TF_Version");
  Dl_info info;
  if (symbol == NULL) return NULL;
  if (dladdr(symbol, &info) == 0 || info.dli_fname == NULL) return strdup("");
  return strdup(info.dli_fname);
}

#ifdef __linux__
typedef struct wanted {
  const char *prefix;
  char *path;
} wanted;

static int match(struct dl_phdr_info *info, size_t size, void *arg) {
  (void)size;
  wanted *w = arg;
  const char *slash = strrchr(info->dlpi_name, '/');
  const char *base = slash != NULL ? slash + 1 : info->dlpi_name;
  if (strncmp(base, w->prefix, strlen(w->prefix)) != 0) return 0;
  w->path = strdup(info->dlpi_name);
  return 1;
}

char *tfx_loaded_path(const char *prefix) {
  wanted w = {prefix, NULL};
  dl_iterate_phdr(match, &w);
  return w.path;
}
#else
char *tfx_loaded_path(const char *prefix) {
  (void)prefix;
  return NULL;
}
#endif

#define TFX_NAME(result, name, parameters) #name,
static const char *const names[] = {TFX_FUNCTIONS(TFX_NAME)};
#undef TFX_NAME

int tfx_function_count(void) { return sizeof names / sizeof names[0]; }

const char *tfx_function_name(int i) { return names[i]; }

void tfx_resolve(void *handle, tfx_api *api) {
  // POSIX lets dlsym's void * be used as a function pointer; the copy through
  // memory is the form that ISO C accepts as well.
#define TFX_RESOLVE(result, name, parameters)                            \
  {                                                                      \
    void *symbol = dlsym(handle != NULL ? handle : RTLD_DEFAULT, #name); \
    memcpy(&api->name, &symbol, sizeof symbol);                          \
  }
  TFX_FUNCTIONS(TFX_RESOLVE)
#undef TFX_RESOLVE
}

const char *tfx_version(tfx_api *api) { return api->TF_Version(); }

// ---- buffers ----

static TF_Buffer *counted(TF_Buffer *b) {
  if (b != NULL) tfx_count(TFX_BUFFERS, 1);
  return b;
}

void tfx_buffer_delete(tfx_api *api, TF_Buffer *b) {
  api->TF_DeleteBuffer(b);
  tfx_count(TFX_BUFFERS, -1);
}

void tfx_load_ops(tfx_api *api, const char *path, tfx_error *err) {
  TF_Status *status = tfx_status_new(api);
  TF_Library *library = api->TF_LoadLibrary(path, status);
  if (tfx_status_done(api, status, err)) api->TF_DeleteLibraryHandle(library);
}

TF_Buffer *tfx_op_list(tfx_api *api) { return counted(api->TF_GetAllOpList()); }

// ---- graphs ----

TF_Graph *tfx_graph_new(tfx_api *api) {
  tfx_count(TFX_GRAPHS, 1);
  sigset_t before;
  tfx_signals_block(&before);
  TF_Graph *g = api->TF_NewGraph();
  tfx_signals_restore(&before);
  return g;
}

void tfx_graph_delete(tfx_api *api, TF_Graph *g) {
  api->TF_DeleteGraph(g);
  tfx_count(TFX_GRAPHS, -1);
}

int64_t tfx_graph_len(tfx_api *api, TF_Graph *g) {
  int64_t n = 0;
  size_t position = 0;
  while (api->TF_GraphNextOperation(g, &position) != NULL) n++;
  return n;
}

TF_Operation *tfx_graph_find(tfx_api *api, TF_Graph *g, const char *name) {
  return api->TF_GraphOperationByName(g, name);
}

TF_Buffer *tfx_graph_def(tfx_api *api, TF_Graph *g, tfx_error *err) {
  TF_Buffer *b = counted(api->TF_NewBuffer());
  TF_Status *status = tfx_status_new(api);
  api->TF_GraphToGraphDef(g, b, status);
  tfx_status_done(api, status, err);
  return b;
}

int tfx_num_outputs(tfx_api *api, TF_Operation *op) {
  return api->TF_OperationNumOutputs(op);
}

int tfx_output_type(tfx_api *api, TF_Operation *op, int index) {
  return api->TF_OperationOutputType((TF_Output){op, index});
}

int tfx_output_shape(tfx_api *api, TF_Graph *g, TF_Operation *op, int index,
                     int64_t *dims, int max, tfx_error *err) {
  TF_Output o = {op, index};
  TF_Status *status = tfx_status_new(api);
  int rank = api->TF_GraphGetTensorNumDims(g, o, status);
  if (api->TF_GetCode(status) == 0 && rank > 0 && rank <= max) {
    api->TF_GraphGetTensorShape(g, o, dims, rank, status);
  }
  tfx_status_done(api, status, err);
  return rank;
}

// ---- import ----

TF_ImportGraphDefOptions *tfx_import_options(tfx_api *api, const char *prefix) {
  TF_ImportGraphDefOptions *o = api->TF_NewImportGraphDefOptions();
  if (*prefix != 0) api->TF_ImportGraphDefOptionsSetPrefix(o, prefix);
  return o;
}

void tfx_import_options_delete(tfx_api *api, TF_ImportGraphDefOptions *o) {
  api->TF_DeleteImportGraphDefOptions(o);
}

void tfx_import_map(tfx_api *api, TF_ImportGraphDefOptions *o,
                    const char *source, int index, TF_Operation *op,
                    int op_index) {
  api->TF_ImportGraphDefOptionsAddInputMapping(o, source, index,
                                               (TF_Output){op, op_index});
}

void tfx_import(tfx_api *api, TF_Graph *g, const void *def, size_t length,
                TF_ImportGraphDefOptions *o, tfx_error *err) {
  TF_Buffer buffer = {def, length, NULL};  // borrowed for this call only
  TF_Status *status = tfx_status_new(api);
  api->TF_GraphImportGraphDef(g, &buffer, o, status);
  tfx_status_done(api, status, err);
}

// ---- sessions ----

static TF_SessionOptions *session_options(tfx_api *api, const void *config,
                                          size_t length, tfx_error *err) {
  TF_SessionOptions *o = api->TF_NewSessionOptions();
  if (length == 0) return o;
  TF_Status *status = tfx_status_new(api);
  api->TF_SetConfig(o, config, length, status);
  if (tfx_status_done(api, status, err)) return o;
  api->TF_DeleteSessionOptions(o);
  return NULL;
}

TF_Session *tfx_session_new(tfx_api *api, TF_Graph *g, const void *config,
                            size_t length, tfx_error *err) {
  TF_SessionOptions *o = session_options(api, config, length, err);
  if (o == NULL) return NULL;
  TF_Status *status = tfx_status_new(api);
  sigset_t before;
  tfx_signals_block(&before);
  TF_Session *s = api->TF_NewSession(g, o, status);
  tfx_signals_restore(&before);
  api->TF_DeleteSessionOptions(o);
  tfx_status_done(api, status, err);
  if (s != NULL) tfx_count(TFX_SESSIONS, 1);
  return s;
}

TF_Session *tfx_session_load(tfx_api *api, TF_Graph *g, const char *dir,
                             const char *const *tags, int ntags,
                             const void *config, size_t length,
                             tfx_error *err) {
  TF_SessionOptions *o = session_options(api, config, length, err);
  if (o == NULL) return NULL;
  TF_Status *status = tfx_status_new(api);
  sigset_t before;
  tfx_signals_block(&before);
  TF_Session *s = api->TF_LoadSessionFromSavedModel(o, NULL, dir, tags, ntags, g,
                                                    NULL, status);
  tfx_signals_restore(&before);
  api->TF_DeleteSessionOptions(o);
  tfx_status_done(api, status, err);
  if (s != NULL) tfx_count(TFX_SESSIONS, 1);
  return s;
}

void tfx_session_extend(tfx_api *api, TF_Session *s, tfx_error *err) {
  TF_Status *status = tfx_status_new(api);
  api->TF_ExtendSession(s, status);
  tfx_status_done(api, status, err);
}

void tfx_session_delete(tfx_api *api, TF_Session *s, tfx_error *err) {
  TF_Status *status = tfx_status_new(api);
  api->TF_CloseSession(s, status);
  tfx_status_done(api, status, err);
  status = tfx_status_new(api);
  api->TF_DeleteSession(s, status);
  tfx_status_done(api, status, err);
  tfx_count(TFX_SESSIONS, -1);
}

// ---- devices ----

TF_DeviceList *tfx_devices(tfx_api *api, TF_Session *s, tfx_error *err) {
  TF_Status *status = tfx_status_new(api);
  TF_DeviceList *l = api->TF_SessionListDevices(s, status);
  tfx_status_done(api, status, err);
  return l;
}

int tfx_device_count(tfx_api *api, TF_DeviceList *l) {
  return api->TF_DeviceListCount(l);
}

void tfx_device(tfx_api *api, TF_DeviceList *l, int i, const char **name,
                const char **type, int64_t *bytes, tfx_error *err) {
  TF_Status *status = tfx_status_new(api);
  *name = api->TF_DeviceListName(l, i, status);
  if (api->TF_GetCode(status) == 0) *type = api->TF_DeviceListType(l, i, status);
  if (api->TF_GetCode(status) == 0) *bytes = api->TF_DeviceListMemoryBytes(l, i, status);
  tfx_status_done(api, status, err);
}

void tfx_devices_delete(tfx_api *api, TF_DeviceList *l) {
  api->TF_DeleteDeviceList(l);
}

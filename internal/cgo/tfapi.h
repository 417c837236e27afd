// The part of TensorFlow's C API that this package calls, declared by hand,
// and the few functions around it that Go calls.
//
// Nothing here needs TensorFlow's headers. The declarations follow the
// documented C API, which TensorFlow keeps compatible within version 2.
#ifndef TFEXPLAIN_TFAPI_H
#define TFEXPLAIN_TFAPI_H

#include <signal.h>
#include <stddef.h>
#include <stdint.h>

typedef struct TF_Status TF_Status;
typedef struct TF_Tensor TF_Tensor;
typedef struct TF_Graph TF_Graph;
typedef struct TF_Operation TF_Operation;
typedef struct TF_ImportGraphDefOptions TF_ImportGraphDefOptions;
typedef struct TF_SessionOptions TF_SessionOptions;
typedef struct TF_Session TF_Session;
typedef struct TF_DeviceList TF_DeviceList;
typedef struct TF_Library TF_Library;

// A public struct of the C API: whoever makes one fills its fields.
typedef struct TF_Buffer {
  const void *data;
  size_t length;
  void (*data_deallocator)(void *data, size_t length);
} TF_Buffer;

typedef struct TF_Output {
  TF_Operation *oper;
  int index;
} TF_Output;

// A string element of a tensor. TensorFlow fixes its size and alignment on
// 64-bit machines (tensorflow/core/platform/ctstring_internal.h); its content
// is only touched through TF_String* functions.
typedef struct TF_TString {
  uint64_t opaque[3];
} TF_TString;

// Every function used, as X(result, name, parameters). The list makes the
// struct of function pointers, and the table of names that dlsym is asked for.
#define TFX_FUNCTIONS(X)                                                       \
  X(const char *, TF_Version, (void))                                          \
  X(TF_Status *, TF_NewStatus, (void))                                         \
  X(void, TF_DeleteStatus, (TF_Status *))                                      \
  X(int, TF_GetCode, (const TF_Status *))                                      \
  X(const char *, TF_Message, (const TF_Status *))                             \
  X(TF_Buffer *, TF_NewBuffer, (void))                                         \
  X(void, TF_DeleteBuffer, (TF_Buffer *))                                      \
  X(TF_Tensor *, TF_NewTensor,                                                 \
    (int, const int64_t *, int, void *, size_t,                                \
     void (*)(void *, size_t, void *), void *))                                \
  X(void, TF_DeleteTensor, (TF_Tensor *))                                      \
  X(int, TF_TensorType, (const TF_Tensor *))                                   \
  X(int, TF_NumDims, (const TF_Tensor *))                                      \
  X(int64_t, TF_Dim, (const TF_Tensor *, int))                                 \
  X(size_t, TF_TensorByteSize, (const TF_Tensor *))                            \
  X(void *, TF_TensorData, (const TF_Tensor *))                                \
  X(void, TF_StringInit, (TF_TString *))                                       \
  X(void, TF_StringCopy, (TF_TString *, const char *, size_t))                 \
  X(const char *, TF_StringGetDataPointer, (const TF_TString *))               \
  X(size_t, TF_StringGetSize, (const TF_TString *))                            \
  X(void, TF_StringDealloc, (TF_TString *))                                    \
  X(TF_Graph *, TF_NewGraph, (void))                                           \
  X(void, TF_DeleteGraph, (TF_Graph *))                                        \
  X(TF_Operation *, TF_GraphOperationByName, (TF_Graph *, const char *))       \
  X(TF_Operation *, TF_GraphNextOperation, (TF_Graph *, size_t *))             \
  X(int, TF_GraphGetTensorNumDims, (TF_Graph *, TF_Output, TF_Status *))       \
  X(void, TF_GraphGetTensorShape,                                              \
    (TF_Graph *, TF_Output, int64_t *, int, TF_Status *))                      \
  X(void, TF_GraphToGraphDef, (TF_Graph *, TF_Buffer *, TF_Status *))          \
  X(int, TF_OperationNumOutputs, (TF_Operation *))                             \
  X(int, TF_OperationOutputType, (TF_Output))                                  \
  X(TF_ImportGraphDefOptions *, TF_NewImportGraphDefOptions, (void))           \
  X(void, TF_DeleteImportGraphDefOptions, (TF_ImportGraphDefOptions *))        \
  X(void, TF_ImportGraphDefOptionsSetPrefix,                                   \
    (TF_ImportGraphDefOptions *, const char *))                                \
  X(void, TF_ImportGraphDefOptionsAddInputMapping,                             \
    (TF_ImportGraphDefOptions *, const char *, int, TF_Output))                \
  X(void, TF_GraphImportGraphDef,                                              \
    (TF_Graph *, const TF_Buffer *, const TF_ImportGraphDefOptions *,          \
     TF_Status *))                                                             \
  X(TF_SessionOptions *, TF_NewSessionOptions, (void))                         \
  X(void, TF_SetConfig,                                                        \
    (TF_SessionOptions *, const void *, size_t, TF_Status *))                  \
  X(void, TF_DeleteSessionOptions, (TF_SessionOptions *))                      \
  X(TF_Session *, TF_NewSession,                                               \
    (TF_Graph *, const TF_SessionOptions *, TF_Status *))                      \
  X(TF_Session *, TF_LoadSessionFromSavedModel,                                \
    (const TF_SessionOptions *, const TF_Buffer *, const char *,               \
     const char *const *, int, TF_Graph *, TF_Buffer *, TF_Status *))          \
  X(void, TF_CloseSession, (TF_Session *, TF_Status *))                        \
  X(void, TF_DeleteSession, (TF_Session *, TF_Status *))                       \
  X(void, TF_ExtendSession, (TF_Session *, TF_Status *))                       \
  X(void, TF_SessionRun,                                                       \
    (TF_Session *, const TF_Buffer *, const TF_Output *, TF_Tensor *const *,   \
     int, const TF_Output *, TF_Tensor **, int, const TF_Operation *const *,   \
     int, TF_Buffer *, TF_Status *))                                           \
  X(TF_DeviceList *, TF_SessionListDevices, (TF_Session *, TF_Status *))       \
  X(void, TF_DeleteDeviceList, (TF_DeviceList *))                              \
  X(int, TF_DeviceListCount, (const TF_DeviceList *))                          \
  X(const char *, TF_DeviceListName,                                           \
    (const TF_DeviceList *, int, TF_Status *))                                 \
  X(const char *, TF_DeviceListType,                                           \
    (const TF_DeviceList *, int, TF_Status *))                                 \
  X(int64_t, TF_DeviceListMemoryBytes,                                         \
    (const TF_DeviceList *, int, TF_Status *))                                 \
  X(TF_Library *, TF_LoadLibrary, (const char *, TF_Status *))                 \
  X(void, TF_DeleteLibraryHandle, (TF_Library *))                              \
  X(TF_Buffer *, TF_GetAllOpList, (void))

#define TFX_FIELD(result, name, parameters) result(*name) parameters;
typedef struct tfx_api {
  TFX_FUNCTIONS(TFX_FIELD)
} tfx_api;
#undef TFX_FIELD

// What went wrong, if code is not 0 (TF_OK). The message is malloc'ed.
typedef struct tfx_error {
  int code;
  char *message;
} tfx_error;

// ---- the library (tfapi.c) ----

// Opens the file. Before that it sets TF_CPP_MIN_LOG_LEVEL to level and the
// variable switch_on, if not NULL, to 1, unless they are set. On failure NULL, and *message is malloc'ed.
void *tfx_dlopen(const char *path, const char *level, const char *switch_on, char **message);
// Keeps the library in memory whatever becomes of its handles.
void tfx_pin(const char *path);
void tfx_dlclose(void *handle);
// The malloc'ed path of the library that the process itself was linked with
// (or that was preloaded), or NULL.
char *tfx_linked_path(void);
// The malloc'ed path of an object loaded in the process whose file name starts
// with prefix, or NULL.
char *tfx_loaded_path(const char *prefix);
// Looks every function up; handle NULL asks the whole process. What is missing
// stays NULL.
void tfx_resolve(void *handle, tfx_api *api);
// The names of the functions, in the order of the fields of tfx_api.
int tfx_function_count(void);
const char *tfx_function_name(int i);
const char *tfx_version(tfx_api *api);

// ---- live objects (counters.c) ----

typedef enum tfx_kind {
  TFX_TENSORS,       // TF_Tensor handles, fed and fetched
  TFX_TENSOR_BYTES,  // feed memory that TensorFlow or a call holds
  TFX_POOLED_BYTES,  // feed memory that lies idle, to be used again
  TFX_BUFFERS,       // TF_Buffer
  TFX_GRAPHS,        // TF_Graph
  TFX_SESSIONS,      // TF_Session
  TFX_STATUSES,      // TF_Status
  TFX_CALLS,         // tfx_call
  TFX_KINDS
} tfx_kind;

void tfx_count(tfx_kind kind, int64_t delta);
void tfx_counts(int64_t counts[TFX_KINDS]);

// ---- signals (signals.c) ----

void tfx_signals_block(sigset_t *before);
void tfx_signals_restore(const sigset_t *before);

// ---- feed memory (pool.c) ----

// Memory of at least bytes bytes, aligned as TensorFlow wants it, or NULL.
void *tfx_pool_take(size_t bytes);
// Marks that data holds n strings, which dealloc must free before reuse.
void tfx_pool_strings(void *data, int64_t n, void (*dealloc)(TF_TString *));
// Gives memory back. Has the type of a TF_NewTensor deallocator.
void tfx_pool_give(void *data, size_t bytes, void *unused);
// Frees all idle memory.
void tfx_pool_trim(void);

// ---- buffers, graphs, sessions (tfapi.c) ----

// Loads a library of ops and kernels, which stays in memory.
void tfx_load_ops(tfx_api *api, const char *path, tfx_error *err);
TF_Buffer *tfx_op_list(tfx_api *api);
void tfx_buffer_delete(tfx_api *api, TF_Buffer *b);

TF_Graph *tfx_graph_new(tfx_api *api);
void tfx_graph_delete(tfx_api *api, TF_Graph *g);
int64_t tfx_graph_len(tfx_api *api, TF_Graph *g);
TF_Operation *tfx_graph_find(tfx_api *api, TF_Graph *g, const char *name);
TF_Buffer *tfx_graph_def(tfx_api *api, TF_Graph *g, tfx_error *err);

int tfx_num_outputs(tfx_api *api, TF_Operation *op);
int tfx_output_type(tfx_api *api, TF_Operation *op, int index);
// The rank of output index, -1 if unknown; its first max dims in dims.
int tfx_output_shape(tfx_api *api, TF_Graph *g, TF_Operation *op, int index,
                     int64_t *dims, int max, tfx_error *err);

TF_ImportGraphDefOptions *tfx_import_options(tfx_api *api, const char *prefix);
void tfx_import_options_delete(tfx_api *api, TF_ImportGraphDefOptions *o);
void tfx_import_map(tfx_api *api, TF_ImportGraphDefOptions *o,
                    const char *source, int index, TF_Operation *op,
                    int op_index);
void tfx_import(tfx_api *api, TF_Graph *g, const void *def, size_t length,
                TF_ImportGraphDefOptions *o, tfx_error *err);

TF_Session *tfx_session_new(tfx_api *api, TF_Graph *g, const void *config,
                            size_t length, tfx_error *err);
TF_Session *tfx_session_load(tfx_api *api, TF_Graph *g, const char *dir,
                             const char *const *tags, int ntags,
                             const void *config, size_t length,
                             tfx_error *err);
void tfx_session_extend(tfx_api *api, TF_Session *s, tfx_error *err);
// Closes and deletes; reports the first failure.
void tfx_session_delete(tfx_api *api, TF_Session *s, tfx_error *err);

TF_DeviceList *tfx_devices(tfx_api *api, TF_Session *s, tfx_error *err);
int tfx_device_count(tfx_api *api, TF_DeviceList *l);
void tfx_device(tfx_api *api, TF_DeviceList *l, int i, const char **name,
                const char **type, int64_t *bytes, tfx_error *err);
void tfx_devices_delete(tfx_api *api, TF_DeviceList *l);

// ---- calls (call.c) ----

// One tensor fed. Go fills dtype, rank, dims, count and bytes, then, once
// tfx_call_reserve has set it, the memory at data.
typedef struct tfx_feed {
  int32_t dtype, rank;
  int64_t *dims;
  int64_t count;
  size_t bytes;
  void *data;
} tfx_feed;

// One tensor fetched, described by tfx_call_run. For strings, text holds all
// of them one after the other and ends[i] is where number i ends.
typedef struct tfx_fetch {
  int32_t dtype, rank;
  int64_t *dims;
  size_t bytes;
  void *data;
  char *text;
  int64_t *ends;
} tfx_fetch;

// Room for a RunOptions message: two varint fields of at most 11 bytes each
// (trace_level, timeout_in_ms).
#define TFX_RUN_OPTIONS 24

// All C memory of one Run, in one block.
typedef struct tfx_call {
  int nfeeds, nfetches;
  tfx_feed *feeds;
  tfx_fetch *fetches;
  TF_Tensor **inputs, **outputs;
  int64_t *fetch_dims;
  uint8_t options[TFX_RUN_OPTIONS];
  size_t options_length;
  TF_Buffer *metadata;
  tfx_error err;
} tfx_call;

// A call with room for ndims dimensions in all of its feeds, or NULL.
tfx_call *tfx_call_new(int nfeeds, int nfetches, int64_t ndims);
// Takes memory for every feed; 0 if there is not enough of it.
int tfx_call_reserve(tfx_call *c);
// Fills feed i, of type string, with count strings cut out of text.
void tfx_call_strings(tfx_api *api, tfx_call *c, int i, const char *text,
                      const int64_t *ends);
// Runs; afterwards either err or the fetches are set.
void tfx_call_run(tfx_api *api, TF_Session *s, tfx_call *c,
                  const TF_Output *feeds, const TF_Output *fetches,
                  TF_Operation *const *targets, int ntargets, int trace);
void tfx_call_free(tfx_api *api, tfx_call *c);

// TF_SessionRun alone, again and again with the same feeds: tfx_bare_feed makes
// their tensors, in the memory of a call that has been reserved and filled, and
// gives 0 without memory. tfx_call_free ends it.
int tfx_bare_feed(tfx_api *api, tfx_call *c);
void tfx_bare_run(tfx_api *api, TF_Session *s, tfx_call *c,
                  const TF_Output *feeds, const TF_Output *fetches);

// Copies a status into err, which owns its message.
void tfx_error_set(tfx_error *err, int code, const char *message);
TF_Status *tfx_status_new(tfx_api *api);
// Copies the status into err if it is a failure, and deletes it. Returns
// whether all is well.
int tfx_status_done(tfx_api *api, TF_Status *s, tfx_error *err);

#endif

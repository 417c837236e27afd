// An op of one's own, by TensorFlow's C API: Hill's equation (1910), which says how
// strongly a dose x acts, y = x^n / (k^n + x^n), and 0 where there is no dose.

#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

// What is used of tensorflow/c/kernels.h and ops.h, which only C++ can include.
typedef struct TF_Status TF_Status;
typedef struct TF_Tensor TF_Tensor;
typedef struct TF_OpDefinitionBuilder TF_OpDefinitionBuilder;
typedef struct TF_ShapeHandle TF_ShapeHandle;
typedef struct TF_ShapeInferenceContext TF_ShapeInferenceContext;
typedef struct TF_KernelBuilder TF_KernelBuilder;
typedef struct TF_OpKernelConstruction TF_OpKernelConstruction;
typedef struct TF_OpKernelContext TF_OpKernelContext;
enum { TF_OK = 0, TF_FLOAT = 1 };

TF_Status *TF_NewStatus(void);
void TF_DeleteStatus(TF_Status *);
int TF_GetCode(const TF_Status *);
int TF_NumDims(const TF_Tensor *);
int64_t TF_Dim(const TF_Tensor *, int);
int64_t TF_TensorElementCount(const TF_Tensor *);
size_t TF_TensorByteSize(const TF_Tensor *);
void *TF_TensorData(const TF_Tensor *);
void TF_DeleteTensor(TF_Tensor *);
TF_OpDefinitionBuilder *TF_NewOpDefinitionBuilder(const char *);
void TF_OpDefinitionBuilderAddInput(TF_OpDefinitionBuilder *, const char *);
void TF_OpDefinitionBuilderAddOutput(TF_OpDefinitionBuilder *, const char *);
void TF_OpDefinitionBuilderAddAttr(TF_OpDefinitionBuilder *, const char *);
void TF_OpDefinitionBuilderSetShapeInferenceFunction(
    TF_OpDefinitionBuilder *, void (*)(TF_ShapeInferenceContext *, TF_Status *));
void TF_RegisterOpDefinition(TF_OpDefinitionBuilder *, TF_Status *);
TF_ShapeHandle *TF_NewShapeHandle(void);
void TF_DeleteShapeHandle(TF_ShapeHandle *);
void TF_ShapeInferenceContextGetInput(TF_ShapeInferenceContext *, int, TF_ShapeHandle *, TF_Status *);
void TF_ShapeInferenceContextSetOutput(TF_ShapeInferenceContext *, int, TF_ShapeHandle *, TF_Status *);
TF_KernelBuilder *TF_NewKernelBuilder(const char *op, const char *device, void *(*create)(TF_OpKernelConstruction *),
                                      void (*compute)(void *, TF_OpKernelContext *), void (*destroy)(void *));
void TF_RegisterKernelBuilder(const char *, TF_KernelBuilder *, TF_Status *);
void TF_OpKernelConstruction_GetAttrFloat(TF_OpKernelConstruction *, const char *, float *, TF_Status *);
void TF_OpKernelConstruction_Failure(TF_OpKernelConstruction *, TF_Status *);
void TF_GetInput(TF_OpKernelContext *, int, TF_Tensor **, TF_Status *);
TF_Tensor *TF_AllocateOutput(TF_OpKernelContext *, int, int type, const int64_t *dims, int rank, size_t bytes,
                             TF_Status *);
void TF_OpKernelContext_Failure(TF_OpKernelContext *, TF_Status *);

typedef struct hill {
  float k, n;
} hill;

static void *create(TF_OpKernelConstruction *c) {
  hill *h = malloc(sizeof *h);
  TF_Status *status = TF_NewStatus();
  TF_OpKernelConstruction_GetAttrFloat(c, "k", &h->k, status);
  if (TF_GetCode(status) == TF_OK) {
    TF_OpKernelConstruction_GetAttrFloat(c, "n", &h->n, status);
  }
  if (TF_GetCode(status) != TF_OK) TF_OpKernelConstruction_Failure(c, status);
  TF_DeleteStatus(status);
  return h;
}

static void compute(void *kernel, TF_OpKernelContext *c) {
  const hill *h = kernel;
  TF_Tensor *x = NULL, *y = NULL;
  TF_Status *status = TF_NewStatus();
  TF_GetInput(c, 0, &x, status);
  if (TF_GetCode(status) == TF_OK) {
    int rank = TF_NumDims(x);
    int64_t dims[254];  // no tensor has more
    for (int i = 0; i < rank; i++) dims[i] = TF_Dim(x, i);
    y = TF_AllocateOutput(c, 0, TF_FLOAT, dims, rank, TF_TensorByteSize(x), status);
  }
  if (TF_GetCode(status) == TF_OK) {
    const float *from = TF_TensorData(x);
    float *to = TF_TensorData(y);
    for (int64_t i = 0; i < TF_TensorElementCount(x); i++) {
      to[i] = from[i] > 0 ? 1 / (1 + powf(h->k / from[i], h->n)) : 0;
    }
  } else {
    TF_OpKernelContext_Failure(c, status);
  }
  if (x != NULL) TF_DeleteTensor(x);
  if (y != NULL) TF_DeleteTensor(y);
  TF_DeleteStatus(status);
}

static void same_shape(TF_ShapeInferenceContext *c, TF_Status *status) {
  TF_ShapeHandle *shape = TF_NewShapeHandle();
  TF_ShapeInferenceContextGetInput(c, 0, shape, status);
  if (TF_GetCode(status) == TF_OK) {
    TF_ShapeInferenceContextSetOutput(c, 0, shape, status);
  }
  TF_DeleteShapeHandle(shape);
}

// Runs when the library is loaded.
__attribute__((constructor)) static void add(void) {
  TF_Status *status = TF_NewStatus();
  TF_OpDefinitionBuilder *op = TF_NewOpDefinitionBuilder("Hill");
  TF_OpDefinitionBuilderAddInput(op, "x: float");
  TF_OpDefinitionBuilderAddOutput(op, "y: float");
  TF_OpDefinitionBuilderAddAttr(op, "k: float");
  TF_OpDefinitionBuilderAddAttr(op, "n: float");
  TF_OpDefinitionBuilderSetShapeInferenceFunction(op, same_shape);
  TF_RegisterOpDefinition(op, status);
  if (TF_GetCode(status) == TF_OK) {
    TF_RegisterKernelBuilder("Hill", TF_NewKernelBuilder("Hill", "CPU", create, compute, free), status);
  }
  if (TF_GetCode(status) != TF_OK) abort();  // built for another TensorFlow
  TF_DeleteStatus(status);
}

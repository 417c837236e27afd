#include <dlfcn.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

// What TensorFlow's Python module calls for enable_op_determinism
// (tsl/util/determinism.h). They are no part of the C API, so a library need not
// show them.
static const char *const enable_name = "_ZN3tsl19EnableOpDeterminismEb";
static const char *const required_name = "_ZN3tsl21OpDeterminismRequiredEv";

int tfx_require_determinism(void *handle) {
  void (*enable)(bool);
  bool (*required)(void);
  void *symbols[2] = {dlsym(handle != NULL ? handle : RTLD_DEFAULT, enable_name),
                      dlsym(handle != NULL ? handle : RTLD_DEFAULT, required_name)};
  if (symbols[0] == NULL || symbols[1] == NULL) return 0;
  memcpy(&enable, &symbols[0], sizeof enable);
  memcpy(&required, &symbols[1], sizeof required);
  enable(true);
  return required();
}

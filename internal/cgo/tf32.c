#include <dlfcn.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

// What TensorFlow's Python module calls for enable_tensor_float_32_execution
// (tsl/platform/tensor_float_32_utils.h). They are no part of the C API, so a library
// need not show them.
static const char *const enable_name = "_ZN3tsl32enable_tensor_float_32_executionEb";
static const char *const enabled_name = "_ZN3tsl33tensor_float_32_execution_enabledEv";

void tfx_set_tf32(void *handle, int on) {
  void (*enable)(bool);
  void *symbol = dlsym(handle != NULL ? handle : RTLD_DEFAULT, enable_name);
  if (symbol == NULL) return;
  memcpy(&enable, &symbol, sizeof enable);
  enable(on != 0);
}

int tfx_tf32(void *handle) {
  bool (*enabled)(void);
  void *symbol = dlsym(handle != NULL ? handle : RTLD_DEFAULT, enabled_name);
  if (symbol == NULL) return -1;
  memcpy(&enabled, &symbol, sizeof enabled);
  return enabled();
}

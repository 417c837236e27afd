#include <dlfcn.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

static void *find(void *handle, const char *name) {
  return dlsym(handle != NULL ? handle : RTLD_DEFAULT, name);
}

int tfx_switch_state(void *handle, const char *name) {
  bool (*state)(void);
  void *symbol = find(handle, name);
  if (symbol == NULL) return -1;
  memcpy(&state, &symbol, sizeof state);
  return state();
}

void tfx_switch_set(void *handle, const char *name, int on) {
  void (*set)(bool);
  void *symbol = find(handle, name);
  if (symbol == NULL) return;
  memcpy(&set, &symbol, sizeof set);
  set(on != 0);
}

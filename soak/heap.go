package soak

/*
#include <stdlib.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif

// Bytes that C and C++ code have allocated and not freed, in all arenas and in
// mappings of their own; -1 where the C library cannot say.
static double tfx_heap(void) {
#if defined(__GLIBC__) && (__GLIBC__ > 2 || __GLIBC_MINOR__ >= 33)
  struct mallinfo2 m = mallinfo2();
  return (double)m.uordblks + (double)m.hblkhd;
#else
  return -1;
#endif
}
*/
import "C"

// heapInUse is how many bytes C and C++ code hold, TensorFlow included. Unlike
// resident memory it does not contain what the allocator keeps of freed memory. It
// is negative where the C library does not count them.
func heapInUse() float64 { return float64(C.tfx_heap()) }

package cgo

// #include "tfapi.h"
import "C"

import "context"

// Device is one device that a session can place operations on.
type Device struct {
	Name        string // such as "/job:localhost/replica:0/task:0/device:CPU:0"
	Type        string // such as "CPU" or "GPU"
	MemoryBytes int64  // the memory limit TensorFlow has set for itself there
}

// Devices lists the devices of a session of its own, closed again at once.
func (l *Library) Devices() ([]Device, error) {
	g := l.NewGraph()
	defer g.Close()
	s, err := l.NewSession(g, nil)
	if err != nil {
		return nil, err
	}
	devices, err := s.Devices()
	if closeErr := s.Close(); err == nil {
		err = closeErr
	}
	return devices, err
}

// Devices lists the devices of the session.
func (s *Session) Devices() ([]Device, error) {
	if err := s.begin(context.Background()); err != nil {
		return nil, err
	}
	defer s.end()
	var f failure
	api := s.lib.api
	list := C.tfx_devices(api, s.handle.c, &f.c)
	if err := f.err("list devices"); err != nil {
		return nil, err
	}
	defer C.tfx_devices_delete(api, list)
	devices := make([]Device, int(C.tfx_device_count(api, list)))
	for i := range devices {
		var name, kind *C.char
		var bytes C.int64_t
		C.tfx_device(api, list, C.int(i), &name, &kind, &bytes, &f.c)
		if err := f.err("list devices"); err != nil {
			return nil, err
		}
		devices[i] = Device{Name: C.GoString(name), Type: C.GoString(kind), MemoryBytes: int64(bytes)}
	}
	return devices, nil
}

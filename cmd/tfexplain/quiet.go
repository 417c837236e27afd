package main

import (
	"os"
	"runtime/debug"

	"golang.org/x/sys/unix"

	"github.com/tfexplain/tfexplain-go/internal/cgo"
	"github.com/tfexplain/tfexplain-go/savedmodel"
)

// logLevel is TensorFlow's own variable for how much it says on stderr.
const logLevel = "TF_CPP_MIN_LOG_LEVEL"

// openLibrary opens the TensorFlow library without its notes.
func openLibrary() (*cgo.Library, error) {
	defer quiet()()
	return cgo.Open(cgo.Options{})
}

// loadModel loads a model without TensorFlow's notes.
func loadModel(dir string, o savedmodel.Options) (*savedmodel.Model, error) {
	defer quiet()()
	return savedmodel.Load(dir, o)
}

// quiet keeps the notes that TensorFlow writes while it starts off stderr until
// restore is called. Package cgo sets the log level, but some notes ignore it:
// in 2.21 that oneDNN is on, in 2.18 that MLIR is off. A user who sets the
// level sees everything.
func quiet() (restore func()) {
	if _, set := os.LookupEnv(logLevel); set {
		return func() {}
	}
	return muteStderr()
}

// muteStderr points file descriptor 2, which C code writes to, at the null
// device. A crash is still reported on stderr. What cannot be muted stays as it
// is.
func muteStderr() (restore func()) {
	nothing := func() {}
	null, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0)
	if err != nil {
		return nothing
	}
	defer null.Close()
	fd, err := unix.FcntlInt(uintptr(unix.Stderr), unix.F_DUPFD_CLOEXEC, 3)
	if err != nil {
		return nothing
	}
	saved := os.NewFile(uintptr(fd), "stderr")
	if debug.SetCrashOutput(saved, debug.CrashOptions{}) != nil || unix.Dup2(int(null.Fd()), unix.Stderr) != nil {
		saved.Close()
		return nothing
	}
	return func() {
		// Neither fails: both descriptors are open, and nil is always taken.
		_ = unix.Dup2(fd, unix.Stderr)
		_ = debug.SetCrashOutput(nil, debug.CrashOptions{})
		saved.Close()
	}
}

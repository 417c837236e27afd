package cgo

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// virtualEnv looks for the tensorflow package of the active environment.
func (s *search) virtualEnv() *Library {
	env := os.Getenv("VIRTUAL_ENV")
	if env == "" {
		s.note(sourceVirtual, "", errors.New("it is not set"))
		return nil
	}
	pattern := filepath.Join(env, "lib", "python3*", "site-packages", "tensorflow")
	folders, err := filepath.Glob(pattern)
	if err != nil || len(folders) == 0 {
		s.note(sourceVirtual, pattern, errors.New("there is no tensorflow package"))
		return nil
	}
	for _, f := range folders {
		if l := s.given(sourceVirtual, f); l != nil {
			return l
		}
	}
	return nil
}

// pythonLimit bounds the search of python3, which reads a few small files;
// a home folder on a slow network still answers within it.
const pythonLimit = 10 * time.Second

// findSpec prints the folder of the tensorflow package without importing it,
// and without looking into the working directory.
const findSpec = `import sys
sys.path = [p for p in sys.path if p]
import importlib.util
spec = importlib.util.find_spec("tensorflow")
print(list(spec.submodule_search_locations)[0] if spec else "")`

// python asks the python3 on PATH where its tensorflow package is.
func (s *search) python() *Library {
	python, err := exec.LookPath("python3")
	if err != nil {
		s.note(sourcePython, "", errors.New("there is no python3 on PATH"))
		return nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), pythonLimit)
	defer cancel()
	out, err := exec.CommandContext(ctx, python, "-c", findSpec).Output()
	if err != nil {
		s.note(sourcePython, python, fmt.Errorf("asking it for the tensorflow package failed: %w", err))
		return nil
	}
	folder := strings.TrimSpace(string(out))
	if folder == "" {
		s.note(sourcePython, python, errors.New("it has no tensorflow package"))
		return nil
	}
	return s.given(sourcePython, folder)
}

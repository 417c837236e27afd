package cgo

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// touch makes empty files; folders are made as needed.
func touch(t *testing.T, files ...string) {
	t.Helper()
	for _, f := range files {
		require.NoError(t, os.MkdirAll(filepath.Dir(f), 0o755))
		require.NoError(t, os.WriteFile(f, nil, 0o644))
	}
}

// script makes an executable.
func script(t *testing.T, path, text string) {
	t.Helper()
	require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
	require.NoError(t, os.WriteFile(path, []byte("#!/bin/sh\n"+text+"\n"), 0o755))
}

// nowhere empties every variable that the search reads.
func nowhere(t *testing.T) (home string) {
	t.Helper()
	home = t.TempDir()
	t.Setenv("HOME", home)
	t.Setenv("PATH", filepath.Join(home, "bin"))
	for _, name := range []string{"XDG_CACHE_HOME", "VIRTUAL_ENV", pathVariable} {
		t.Setenv(name, "")
	}
	return home
}

// TestSearchOrder replaces the loading of a file by accepting one chosen path,
// and looks at what was tried before it.
func TestSearchOrder(t *testing.T) {
	home := nowhere(t)
	cache := filepath.Join(home, ".cache", "tfexplain", "libtensorflow")
	explicit := filepath.Join(home, "lib", "libtensorflow.so")
	folders := []string{"2.21.0-cpu", "2.21.0-gpu", "2.20.1-gpu", "2.18.0-cpu"}
	var cached []string
	for _, f := range folders {
		cached = append(cached, filepath.Join(cache, f, "libtensorflow_cc.so.2"))
	}
	touch(t, cached...)
	touch(t, explicit, filepath.Join(cache, "notes.txt"), filepath.Join(cache, "2.17.0-cpu", "libtensorflow_cc.so.2"))
	env := filepath.Join(home, "venv")
	inEnv := filepath.Join(env, "lib", "python3.12", "site-packages", "tensorflow", "libtensorflow_cc.so.2")
	inPython := filepath.Join(home, "python", "tensorflow", "libtensorflow_cc.so.2")
	touch(t, inEnv, inPython)
	t.Setenv("VIRTUAL_ENV", env)
	script(t, filepath.Join(home, "bin", "python3"), "echo "+filepath.Dir(inPython))

	order := []Candidate{{Source: sourceLoaded}}
	for _, c := range cached {
		order = append(order, Candidate{Source: sourceCache, Path: c})
	}
	for _, name := range libraryNames() {
		order = append(order, Candidate{Source: sourceLoader, Path: name})
	}
	order = append(order, Candidate{Source: sourceVirtual, Path: inEnv}, Candidate{Source: sourcePython, Path: inPython})

	refused := errors.New("refused")
	accept := func(path string) func(string) (*Library, error) {
		return func(p string) (*Library, error) {
			if p != path {
				return nil, refused
			}
			return &Library{path: p}, nil
		}
	}
	for n := 1; n < len(order); n++ {
		s := &search{load: accept(order[n].Path), loaded: func() string { return "" }}
		l := s.run(Options{})
		require.NotNil(t, l)
		require.Equal(t, order[n].Path, l.Path())
		require.Equal(t, order[n].Source, l.Source())
		require.Len(t, s.tried, n+1)
		for i, tried := range s.tried {
			require.Equal(t, order[i].Source, tried.Source)
			require.Equal(t, order[i].Path, tried.Path)
			if i == n {
				require.NoError(t, tried.Err)
			} else {
				require.Error(t, tried.Err)
			}
		}
	}

	s := &search{load: accept(""), loaded: func() string { return "" }}
	require.Nil(t, s.run(Options{}), "nothing is accepted")
	require.Len(t, s.tried, len(order))

	// A path that the user gives is tried alone, the option before the variable.
	for _, given := range []struct{ path, want string }{
		{explicit, explicit},
		{filepath.Dir(explicit), explicit},
		{home, explicit},
		{filepath.Dir(filepath.Dir(inPython)), inPython},
		{filepath.Dir(inPython), inPython},
	} {
		s := &search{load: accept(given.want), loaded: func() string { return "" }}
		l := s.run(Options{Path: given.path})
		require.NotNil(t, l, given.path)
		require.Equal(t, given.want, l.Path())
		require.Equal(t, sourceOption, l.Source())
		require.Len(t, s.tried, 2)
	}
	t.Setenv(pathVariable, explicit)
	s = &search{load: accept(explicit), loaded: func() string { return "" }}
	require.Equal(t, pathVariable, s.run(Options{}).Source())
	s = &search{load: accept(explicit), loaded: func() string { return "" }}
	require.Nil(t, s.run(Options{Path: inPython}), "the option hides the variable")
	t.Setenv(pathVariable, filepath.Join(home, "gone"))
	s = &search{load: accept(cached[0]), loaded: func() string { return "" }}
	require.Nil(t, s.run(Options{}), "a variable that leads nowhere ends the search")
	require.Len(t, s.tried, 2)
	require.ErrorIs(t, s.tried[1].Err, os.ErrNotExist)

	// One that something has loaded already comes before all but a given path.
	t.Setenv(pathVariable, "")
	s = &search{load: accept("/somewhere/libtensorflow.so"), loaded: func() string { return "/somewhere/libtensorflow.so" }}
	require.Equal(t, sourceLoaded, s.run(Options{}).Source())
}

func TestSearchFindsNothing(t *testing.T) {
	home := nowhere(t)
	none := &search{load: func(p string) (*Library, error) { return nil, &LoadError{p, "refused"} }, loaded: func() string { return "" }}
	require.Nil(t, none.run(Options{}))
	err := error(&NotFoundError{Tried: none.tried})
	for _, part := range []string{
		"run scripts/libtensorflow.sh", "set TFEXPLAIN_LIBTENSORFLOW",
		"\n  already loaded: the program was not linked with TensorFlow",
		"\n  cache: " + filepath.Join(home, ".cache", "tfexplain", "libtensorflow") + ": no such file or directory",
		"\n  loader: libtensorflow_cc.so.2: refused", "\n  loader: libtensorflow.so.2: refused", "\n  loader: libtensorflow.so: refused",
		"\n  VIRTUAL_ENV: it is not set",
		"\n  python: there is no python3 on PATH",
	} {
		require.ErrorContains(t, err, part)
	}
	require.NotContains(t, err.Error(), pathVariable+":", "a variable that is not set is no place")
	require.ErrorIs(t, err, os.ErrNotExist)
	var load *LoadError
	require.ErrorAs(t, err, &load)
}

func TestSearchReasons(t *testing.T) {
	refuse := func(p string) (*Library, error) { return nil, &LoadError{p, "refused"} }
	for _, c := range []struct {
		name, source, want string
		prepare            func(t *testing.T, home string)
	}{
		{"empty cache", sourceCache, "it has no folder such as 2.21.0-cpu", func(t *testing.T, home string) {
			t.Setenv("XDG_CACHE_HOME", home)
			require.NoError(t, os.MkdirAll(filepath.Join(home, "tfexplain", "libtensorflow", "other"), 0o755))
		}},
		{"empty cache folder", sourceCache, "hold none of libtensorflow_cc.so.2", func(t *testing.T, home string) {
			t.Setenv("XDG_CACHE_HOME", home)
			require.NoError(t, os.MkdirAll(filepath.Join(home, "tfexplain", "libtensorflow", "2.21.0-gpu"), 0o755))
		}},
		{"relative cache home", sourceCache, "no such file", func(t *testing.T, home string) { t.Setenv("XDG_CACHE_HOME", "here") }},
		{"no home", sourceCache, "$HOME is not defined", func(t *testing.T, home string) { t.Setenv("HOME", "") }},
		{"no package in the environment", sourceVirtual, "there is no tensorflow package", func(t *testing.T, home string) { t.Setenv("VIRTUAL_ENV", home) }},
		{"no package in python", sourcePython, "it has no tensorflow package", func(t *testing.T, home string) {
			script(t, filepath.Join(home, "bin", "python3"), "echo")
		}},
		{"broken python", sourcePython, "exit status 3", func(t *testing.T, home string) {
			script(t, filepath.Join(home, "bin", "python3"), "exit 3")
		}},
		{"python elsewhere", sourcePython, "no such file", func(t *testing.T, home string) {
			script(t, filepath.Join(home, "bin", "python3"), "echo /nowhere/tensorflow")
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			home := nowhere(t)
			c.prepare(t, home)
			s := &search{load: refuse, loaded: func() string { return "" }}
			require.Nil(t, s.run(Options{}))
			var found []Candidate
			for _, tried := range s.tried {
				if tried.Source == c.source {
					found = append(found, tried)
				}
			}
			require.Len(t, found, 1)
			require.ErrorContains(t, found[0].Err, c.want)
		})
	}
}

func TestCacheOrder(t *testing.T) {
	require.Equal(t,
		[]string{"2.21.0-gpu", "3.0.0-cpu", "2.22.0-cpu", "2.22.0-gpu", "2.19.10-cpu", "2.19.9-cpu"},
		cacheOrder([]string{"2.19.9-cpu", "2.22.0-gpu", "2.17.1-cpu", "2.21.0-gpu", "3.0.0-cpu", "2.21-cpu", "2.21.0-tpu", "x", "2.19.10-cpu", "2.22.0-cpu"}))
}

func TestSupported(t *testing.T) {
	for version, want := range map[string]bool{
		"2.18.0": true, "2.21.0": true, "2.22.0-dev20260101": true, "2.18.1+nv": true, "3.0.0": true,
		"2.17.1": false, "1.15.0": false, "": false, "two": false,
	} {
		require.Equal(t, want, supported(version), version)
	}
}

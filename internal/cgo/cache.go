package cgo

import (
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// defaultVersion is the version that scripts/libtensorflow.sh fetches unless
// it is told otherwise.
const defaultVersion = "2.21.0"

// cache looks into the folders that scripts/libtensorflow.sh fills.
func (s *search) cache() *Library {
	base := os.Getenv("XDG_CACHE_HOME")
	if !filepath.IsAbs(base) { // the XDG base directory rules ignore a relative path
		home, err := os.UserHomeDir()
		if err != nil {
			s.note(sourceCache, "", err)
			return nil
		}
		base = filepath.Join(home, ".cache")
	}
	base = filepath.Join(base, "tfexplain", "libtensorflow")
	entries, err := os.ReadDir(base)
	if err != nil {
		s.note(sourceCache, base, reason(err))
		return nil
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	folders := cacheOrder(names)
	if len(folders) == 0 {
		s.note(sourceCache, base, errors.New("it has no folder such as "+defaultVersion+"-cpu"))
	}
	for _, f := range folders {
		if l := s.given(sourceCache, filepath.Join(base, f)); l != nil {
			return l
		}
	}
	return nil
}

// cacheOrder picks the folders that hold a supported version, as
// VERSION-cpu or VERSION-gpu: the default version first, then newer ones
// before older ones, the CPU build before the GPU build.
func cacheOrder(names []string) []string {
	pattern := regexp.MustCompile(`^(\d+)\.(\d+)\.(\d+)-(cpu|gpu)$`)
	type folder struct {
		name string
		key  [5]int // default first, version descending, cpu first
	}
	var found []folder
	for _, name := range names {
		m := pattern.FindStringSubmatch(name)
		if m == nil || !supported(name) {
			continue
		}
		f := folder{name: name}
		if !strings.HasPrefix(name, defaultVersion+"-") {
			f.key[0] = 1
		}
		for i := range 3 {
			n, err := strconv.Atoi(m[i+1])
			if err != nil {
				n = 0
			}
			f.key[i+1] = -n
		}
		if m[4] == "gpu" {
			f.key[4] = 1
		}
		found = append(found, f)
	}
	slices.SortFunc(found, func(a, b folder) int { return slices.Compare(a.key[:], b.key[:]) })
	ordered := make([]string, len(found))
	for i, f := range found {
		ordered[i] = f.name
	}
	return ordered
}

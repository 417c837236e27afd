package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
)

// outFile is one file of --out.
type outFile struct {
	path string // as it was given
	dest string // path, with links followed
}

// outSuffixes are what --out of explain can write.
func outSuffixes() []string { return []string{".npz", ".json", ".png", ".html"} }

// checkOutPaths refuses what cannot be an output: an unknown suffix, a file
// named twice, or one of the files that are read.
func checkOutPaths(paths, read, suffixes []string) error {
	seen := map[string]string{}
	for _, p := range paths {
		if !slices.Contains(suffixes, suffix(p)) {
			return usagef("--out %s: the suffix says what is written; wanted one of %s", p, listed(suffixes))
		}
		place := followed(p)
		if other, ok := seen[place]; ok {
			return usagef("--out %s and --out %s are the same file", other, p)
		}
		seen[place] = p
	}
	for _, r := range read {
		if p, ok := seen[followed(r)]; ok {
			return usagef("--out %s is also read as an input; choose another name", p)
		}
	}
	return nil
}

// followed is the absolute path with links followed, as far as that is
// possible; a file that is not there yet is placed in its folder.
func followed(path string) string {
	abs, err := filepath.Abs(path)
	if err != nil {
		return path
	}
	if real, err := filepath.EvalSymlinks(abs); err == nil {
		return real
	}
	if dir, err := filepath.EvalSymlinks(filepath.Dir(abs)); err == nil {
		return filepath.Join(dir, filepath.Base(abs))
	}
	return abs
}

// openOutFiles makes sure, before the work starts, that all files can be
// written.
func openOutFiles(paths []string) ([]outFile, error) {
	var files []outFile
	for _, p := range paths {
		f := outFile{path: p, dest: followed(p)}
		if err := f.check(); err != nil {
			return nil, err
		}
		files = append(files, f)
	}
	return files, nil
}

func (f outFile) check() error {
	if info, err := os.Stat(f.dest); err == nil {
		if !info.Mode().IsRegular() {
			return fmt.Errorf("%s cannot be written: it is there and is no regular file", f.path)
		}
		old, err := os.OpenFile(f.dest, os.O_WRONLY, 0)
		if err != nil {
			return unwritable(f.path, err)
		}
		old.Close()
	}
	// The file will be written under another name first, so its folder must
	// take new files.
	probe, err := os.CreateTemp(filepath.Dir(f.dest), ".tfexplain-*")
	if err != nil {
		return unwritable(f.path, err)
	}
	return errors.Join(probe.Close(), os.Remove(probe.Name()))
}

// unwritable names the file that was asked for and not the temporary one.
func unwritable(path string, err error) error {
	if _, missing := os.Stat(filepath.Dir(path)); errors.Is(missing, fs.ErrNotExist) {
		return fmt.Errorf("%s cannot be written: there is no folder %s", path, filepath.Dir(path))
	}
	var cause *fs.PathError
	if errors.As(err, &cause) {
		err = cause.Err
	}
	return fmt.Errorf("%s cannot be written: %w", path, err)
}

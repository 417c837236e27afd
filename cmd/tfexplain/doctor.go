package main

import (
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/tfexplain/tfexplain-go/internal/cgo"
)

type doctorCmd struct {
	JSON bool `name:"json" help:"Print JSON."`
}

// Help gives the examples.
func (doctorCmd) Help() string {
	return `The exit code is 1 when no usable library was found.

Examples:

  tfexplain doctor
  TFEXPLAIN_LIBTENSORFLOW=/opt/tensorflow/lib tfexplain doctor --json`
}

type diagnosis struct {
	Found   bool         `json:"found"`
	Path    string       `json:"path,omitempty"`
	Source  string       `json:"source,omitempty"`
	Version string       `json:"version,omitempty"`
	OneDNN  *bool        `json:"onednn,omitempty"` // of models without convolutions; nil: TensorFlow does not tell
	Tried   []triedJSON  `json:"tried"`
	Devices []deviceJSON `json:"devices"`
	Error   string       `json:"error,omitempty"`
	Advice  []string     `json:"advice"`
}

type triedJSON struct {
	Source string `json:"source"`
	Path   string `json:"path"`
	Error  string `json:"error"` // why it was not used; empty for the one that was
}

type deviceJSON struct {
	Name        string `json:"name"`
	Type        string `json:"type"`
	MemoryBytes int64  `json:"memory_bytes"`
}

// errNoLibrary ends doctor when its answer is that nothing was found.
var errNoLibrary = errors.New("no usable TensorFlow library")

// Run implements the command.
func (c *doctorCmd) Run(s *streams) error {
	d := diagnose()
	if c.JSON {
		if err := printJSON(s.out, d); err != nil {
			return err
		}
	} else {
		d.print(s.out)
	}
	if !d.Found {
		return errNoLibrary
	}
	return nil
}

func diagnose() diagnosis {
	d := diagnosis{Tried: []triedJSON{}, Devices: []deviceJSON{}, Advice: []string{}}
	library, err := openLibrary()
	if err != nil {
		d.Error = err.Error()
		var missing *cgo.NotFoundError
		if errors.As(err, &missing) {
			d.Error = "no TensorFlow library was found"
			d.tried(missing.Tried)
		}
		d.Advice = []string{
			"run scripts/libtensorflow.sh: it fetches the library into the cache folder",
			"or install the Python package tensorflow (2.18 to 2.21) for the python3 on PATH",
			"or set TFEXPLAIN_LIBTENSORFLOW to a folder with libtensorflow_cc.so.2 and libtensorflow_framework.so.2",
		}
		return d
	}
	d.Found, d.Path, d.Source, d.Version = true, library.Path(), library.Source(), library.Version()
	if used, ok := library.OneDNN(); ok {
		d.OneDNN = &used
	}
	d.tried(library.Tried())
	devices, err := library.Devices()
	if err != nil {
		d.Error = err.Error()
		return d
	}
	for _, v := range devices {
		d.Devices = append(d.Devices, deviceJSON{Name: v.Name, Type: v.Type, MemoryBytes: v.MemoryBytes})
	}
	return d
}

func (d *diagnosis) tried(places []cgo.Candidate) {
	for _, p := range places {
		t := triedJSON{Source: p.Source, Path: p.Path}
		if p.Err != nil {
			t.Error = p.Err.Error()
		}
		d.Tried = append(d.Tried, t)
	}
}

func (d *diagnosis) print(w io.Writer) {
	if d.Found {
		fmt.Fprintf(w, "TensorFlow %s\n  %s\n  found by: %s\n%s", d.Version, d.Path, d.Source, d.kernels())
	} else {
		fmt.Fprintf(w, "TensorFlow was not found: %s\n", d.Error)
	}
	if len(d.Tried) > 0 {
		fmt.Fprintln(w, "\nlooked at")
	}
	for _, t := range d.Tried {
		place := t.Source
		if t.Path != "" {
			place += ": " + t.Path
		}
		fmt.Fprintf(w, "  %s\n      %s\n", place, outcome(t.Error))
	}
	if d.Found {
		fmt.Fprintln(w, "\ndevices")
		for _, v := range d.Devices {
			fmt.Fprintf(w, "  %s  %s  %d MiB\n", v.Name, v.Type, v.MemoryBytes>>20)
		}
		if d.Error != "" {
			fmt.Fprintf(w, "  could not be listed: %s\n", d.Error)
		}
	}
	if len(d.Advice) > 0 {
		fmt.Fprintln(w, "\nwhat to do")
		for _, a := range d.Advice {
			fmt.Fprintf(w, "  %s\n", a)
		}
	}
}

// kernels says which of TensorFlow's two sets of kernels a CPU computes with; package
// savedmodel has why convolutions matter.
func (d *diagnosis) kernels() string {
	const variable = "TF_ENABLE_ONEDNN_OPTS"
	choice, set := os.LookupEnv(variable)
	switch {
	case d.OneDNN == nil:
		return ""
	case set:
		return fmt.Sprintf("  oneDNN kernels: %s (%s=%s)\n", onOff(*d.OneDNN), variable, choice)
	case *d.OneDNN:
		return fmt.Sprintf("  oneDNN kernels: on (%s=0 switches them off)\n", variable)
	}
	return fmt.Sprintf("  oneDNN kernels: off, on for models with convolutions or attention (%s=0 or 1 is for all)\n", variable)
}

func onOff(on bool) string {
	if on {
		return "on"
	}
	return "off"
}

func outcome(problem string) string {
	if problem == "" {
		return "used"
	}
	return problem
}

package main

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/tfexplain/tfexplain-go/internal/cgo"
)

// machine says where a report was measured.
type machine struct {
	CPU        string            `json:"cpu"`
	Cores      int               `json:"cores"`
	Vectors    []string          `json:"vectors"` // instructions that TensorFlow's kernels use
	OS         string            `json:"os"`
	Go         string            `json:"go"`
	TensorFlow string            `json:"tensorflow"` // ours
	Python     map[string]string `json:"python"`     // versions of the other side
	Env        map[string]string `json:"env"`        // those that change TensorFlow's speed and were set
	Commit     string            `json:"commit"`
	Date       string            `json:"date"`
}

func thisMachine(dir string) (machine, error) {
	m := machine{Cores: runtime.NumCPU(), OS: runtime.GOOS + "/" + runtime.GOARCH, Go: runtime.Version(), Env: make(map[string]string), Date: time.Now().UTC().Format(time.DateOnly)}
	cpu, err := os.ReadFile("/proc/cpuinfo")
	if err != nil {
		return m, err
	}
	m.CPU, m.Vectors = processor(string(cpu))
	for _, name := range []string{"TF_ENABLE_ONEDNN_OPTS", "TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS", "TF_XLA_FLAGS", "OMP_NUM_THREADS", "ONEDNN_MAX_CPU_ISA"} {
		if value, set := os.LookupEnv(name); set {
			m.Env[name] = value
		}
	}
	l, err := cgo.Open(cgo.Options{})
	if err != nil {
		return m, err
	}
	m.TensorFlow = l.Version()
	versions, err := os.ReadFile(filepath.Join(dir, "models", "versions.json"))
	if err == nil {
		err = json.Unmarshal(versions, &m.Python)
	}
	if err != nil {
		return m, err
	}
	// A copy of the sources without their history has no commit.
	if out, err := exec.Command("git", "describe", "--always", "--dirty").Output(); err == nil {
		m.Commit = strings.TrimSpace(string(out))
	}
	return m, nil
}

// processor reads /proc/cpuinfo: the model, and which vector instructions it has.
func processor(cpuinfo string) (name string, vectors []string) {
	name = runtime.GOARCH
	for line := range strings.Lines(cpuinfo) {
		key, value, _ := strings.Cut(line, ":")
		switch strings.TrimSpace(key) {
		case "model name":
			name = strings.TrimSpace(value)
		case "flags", "Features":
			has := strings.Fields(value)
			vectors = nil
			for _, v := range []string{"avx2", "fma", "avx512f", "avx512_vnni", "amx_bf16", "asimd", "sve"} {
				if slices.Contains(has, v) {
					vectors = append(vectors, v)
				}
			}
		}
	}
	return name, vectors
}

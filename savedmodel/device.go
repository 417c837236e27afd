package savedmodel

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// device is a parsed device name. An empty job prefix means any, an index of -1
// any of the kind.
type device struct {
	prefix string // "/job:localhost/replica:0/task:0", or empty
	kind   string // upper case: "CPU", "GPU"
	index  int
}

// deviceName is TensorFlow's syntax of full names and of the short forms
// "/device:GPU:0", "/GPU:0", "/gpu:0" and "GPU:0".
var deviceName = regexp.MustCompile(`^((?:/job:[A-Za-z0-9_]+)?(?:/replica:\d+)?(?:/task:\d+)?)(?:/device:|/)?([A-Za-z_]+)(?::(\d+|\*))?$`)

func parseDevice(name string) (device, error) {
	m := deviceName.FindStringSubmatch(name)
	if m == nil {
		return device{}, fmt.Errorf("%q is no device name", name)
	}
	d := device{prefix: m[1], kind: strings.ToUpper(m[2]), index: -1}
	if m[3] != "" && m[3] != "*" {
		i, err := strconv.Atoi(m[3])
		if err != nil {
			return device{}, err
		}
		d.index = i
	}
	return d, nil
}

func (d device) matches(have device) bool {
	return d.kind == have.kind && (d.index < 0 || d.index == have.index) && (d.prefix == "" || d.prefix == have.prefix)
}

// findDevice is the full name of the first of the available devices that is meant
// by wanted. TensorFlow takes full names only, and refuses others when the nodes
// are in the session already. Empty stays empty.
func findDevice(wanted string, available []string) (string, error) {
	if wanted == "" {
		return "", nil
	}
	d, err := parseDevice(wanted)
	if err != nil {
		return "", &DeviceError{Given: wanted, Available: available}
	}
	for _, name := range available {
		if have, err := parseDevice(name); err == nil && d.matches(have) {
			return name, nil
		}
	}
	return "", &DeviceError{Given: wanted, Available: available}
}

// onCPU says whether a device is a CPU.
func onCPU(name string) bool {
	d, err := parseDevice(name)
	return err == nil && d.kind == "CPU"
}

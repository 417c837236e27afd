package readme

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
)

var number = regexp.MustCompile(`[-+]?\d+(\.\d+)?(e[-+]\d+)?`)

// match compares an output with what the README says; nil if they agree. Text is
// the same but for the width of blanks. Numbers that are not whole may differ by one
// in the last place shown, and by 1e-5 of max(10, |number|): on another machine the
// kernels round differently. DeepLIFT's delta stays below that, and the answers here
// are about 10.
func match(want, got []string) error {
	if len(want) != len(got) {
		return fmt.Errorf("%d lines were printed, the README has %d", len(got), len(want))
	}
	for i := range want {
		if !matchLine(want[i], got[i]) {
			return fmt.Errorf("printed\n    %s\nthe README has\n    %s", got[i], want[i])
		}
	}
	return nil
}

func matchLine(want, got string) bool {
	if frame(want) != frame(got) {
		return false
	}
	a, b := number.FindAllString(want, -1), number.FindAllString(got, -1)
	for i := range a {
		x, errX := strconv.ParseFloat(a[i], 64)
		y, errY := strconv.ParseFloat(b[i], 64)
		if errX != nil || errY != nil || math.Abs(x-y) > max(lastPlace(a[i]), rounding(a[i], x)) {
			return false
		}
	}
	return true
}

// frame is a line without its numbers.
func frame(line string) string {
	return strings.Join(strings.Fields(number.ReplaceAllString(line, " # ")), " ")
}

// lastPlace is one unit in the last place of a number with a point, and a little
// for reading decimals as binary; else 0.
func lastPlace(number string) float64 {
	_, decimals, point := strings.Cut(number, ".")
	if !point || strings.Contains(number, "e") {
		return 0
	}
	return 1.001 * math.Pow(10, -float64(len(decimals)))
}

func rounding(number string, value float64) float64 {
	if !strings.ContainsAny(number, ".e") {
		return 0
	}
	return 1e-5 * max(10, math.Abs(value))
}

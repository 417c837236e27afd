//go:build tfgo

package main

import (
	"testing"

	"github.com/tfexplain/tfexplain-go/examples/internal/readme"
)

func TestReadme(t *testing.T) {
	readme.Check(t)
	readme.CheckPicture(t, "tfgo.png")
}

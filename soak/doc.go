// Package soak holds the endurance test: eight goroutines explain, cancel, send
// wrong inputs, change baselines, and open and close models, all at once, while
// memory, C objects, goroutines, threads and open files are watched. Every call
// must end in the answer known for each of its rows or in the typed error that
// was provoked.
//
// go test runs it for some seconds; make soak for 15 minutes, and writes
// docs/endurance.md.
package soak

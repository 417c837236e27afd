package main

import "io"

// plainWriter replaces the characters that a terminal takes for commands: names
// in a model are the model's choice. Lines, tabs and the carriage returns of the
// progress display stay.
type plainWriter struct{ to io.Writer }

// Write implements io.Writer.
func (w plainWriter) Write(p []byte) (int, error) {
	clean := make([]byte, 0, len(p))
	for i := 0; i < len(p); i++ {
		b := p[i]
		switch {
		case b == 0xc2 && i+1 < len(p) && p[i+1] >= 0x80 && p[i+1] < 0xa0: // U+0080 to U+009F
			b = '?'
			i++
		case b < ' ' && b != '\n' && b != '\t' && b != '\r', b == 0x7f:
			b = '?'
		}
		clean = append(clean, b)
	}
	if _, err := w.to.Write(clean); err != nil {
		return 0, err
	}
	return len(p), nil
}

package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/alecthomas/kong"
)

// manCmd prints the manual page.
type manCmd struct{}

// Help says how it is read and installed.
func (manCmd) Help() string {
	return `Examples:

  tfexplain man | man -l -
  tfexplain man > /usr/local/share/man/man1/tfexplain.1`
}

// Run implements the command.
func (manCmd) Run(parsed *kong.Context, s *streams) error {
	return writeMan(s.out, parsed.Model.Node)
}

// writeMan writes all commands and flags as a manual page: the macros of man(7).
func writeMan(w io.Writer, root *kong.Node) error {
	m := &manPage{}
	m.line(".TH TFEXPLAIN 1 \"\" %s \"User Commands\"\n.nh\n.ad l", roffQuoted("tfexplain "+version()))
	m.section("NAME")
	m.text("tfexplain - explain what a TensorFlow SavedModel answered")
	m.section("SYNOPSIS")
	m.line(".B tfexplain\n.I command\n.RI [ flags ]")
	m.section("DESCRIPTION")
	m.paragraphs(root.Help + "\n\n" + root.Detail)
	m.section("COMMANDS")
	for _, n := range root.Children {
		if !n.Hidden {
			m.command(n)
		}
	}
	m.section("ENVIRONMENT")
	for _, v := range environment() {
		m.tagged(v[0], v[1])
	}
	_, err := io.WriteString(w, m.b.String())
	return err
}

// environment are the variables that the command heeds.
func environment() [][2]string {
	return [][2]string{
		{"TFEXPLAIN_LIBTENSORFLOW", "The TensorFlow library, or the folder that it is in. Wins over every other place where one is looked for (tfexplain doctor)."},
		{logLevel, "Which of TensorFlow's own lines are shown: 0 all, 1 no notes, 2 no warnings, 3 none. Default: 2."},
	}
}

type manPage struct{ b strings.Builder }

func (m *manPage) line(format string, args ...any) { fmt.Fprintf(&m.b, format+"\n", args...) }
func (m *manPage) section(title string)            { m.line(".SH %s", title) }
func (m *manPage) text(s string)                   { m.line("%s", roff(s)) }

func (m *manPage) tagged(tag, text string) {
	m.line(".TP\n.B %s", roff(tag))
	m.text(text)
}

func (m *manPage) command(n *kong.Node) {
	m.line(".SS %s", roffQuoted(n.Summary()))
	m.paragraphs(n.Help + "\n\n" + n.Detail)
	for _, f := range n.Flags {
		if f.Hidden {
			continue
		}
		tag := "--" + f.Name
		if f.Short != 0 {
			tag = "-" + string(f.Short) + ", " + tag
		}
		if !f.IsBool() {
			tag += "=" + f.FormatPlaceHolder()
		}
		m.tagged(tag, f.Help)
	}
}

// paragraphs writes a help text: lines that begin with blanks stay as they are.
func (m *manPage) paragraphs(text string) {
	for i, p := range strings.Split(strings.TrimSpace(text), "\n\n") {
		if i > 0 {
			m.line(".PP")
		}
		if strings.HasPrefix(p, "  ") {
			m.line(".RS 4\n.nf\n%s\n.fi\n.RE", roff(strings.ReplaceAll(p[2:], "\n  ", "\n")))
			continue
		}
		m.text(p)
	}
}

// roff is a text that the formatter shows as it is, with the hyphens that a shell
// takes.
func roff(s string) string {
	lines := strings.Split(strings.NewReplacer(`\`, `\e`, "-", `\-`, "'", `\(aq`, "`", `\(ga`, "^", `\(ha`, "~", `\(ti`).Replace(s), "\n")
	for i, l := range lines {
		if strings.HasPrefix(l, ".") {
			lines[i] = `\&` + l
		}
	}
	return strings.Join(lines, "\n")
}

// roffQuoted is a text as one argument of a macro.
func roffQuoted(s string) string { return `"` + strings.ReplaceAll(roff(s), `"`, `\(dq`) + `"` }

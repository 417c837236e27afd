package main

import (
	"reflect"
	"slices"
	"strings"

	"github.com/alecthomas/kong"

	"github.com/tfexplain/tfexplain-go/savedmodel"
	"github.com/tfexplain/tfexplain-go/tfexplain"
)

// candidate is a word that may come next, and what it means. The words :files and
// :folders stand for those of the file system.
type candidate struct{ word, about string }

func files() []candidate   { return []candidate{{word: ":files"}} }
func folders() []candidate { return []candidate{{word: ":folders"}} }

// completer knows the words before the cursor.
type completer struct {
	root    *kong.Node
	command *kong.Node          // nil before one is chosen
	given   map[string][]string // the values of each flag
	flag    *kong.Flag          // whose value the current word is; nil if it is none
	inWord  string              // "--flag=" in front of it
	current string
}

func newCompleter(root *kong.Node, words []string) *completer {
	c := &completer{root: root, given: map[string][]string{}}
	var flag *kong.Flag
	for i, w := range words {
		last := i == len(words)-1
		name, value, joined := strings.Cut(w, "=")
		switch {
		case c.command == nil && !strings.HasPrefix(w, "-"):
			if last {
				c.current = w
				return c
			}
			c.command = command(root, w)
			if c.command == nil {
				return c
			}
		case strings.HasPrefix(w, "-"):
			flag = c.find(name)
			if last {
				c.current = w
				if joined && flag != nil {
					c.flag, c.inWord = flag, name+"="
				}
				return c
			}
			if flag == nil {
				continue
			}
			if joined || flag.IsBool() {
				c.given[flag.Name] = append(c.given[flag.Name], strings.Split(value, ",")...)
			}
			if flag.IsBool() || joined && !takesMany(flag) {
				flag = nil
			}
		case last:
			c.flag, c.current = flag, w
		case flag != nil:
			c.given[flag.Name] = append(c.given[flag.Name], strings.Split(w, ",")...)
			if !takesMany(flag) {
				flag = nil
			}
		}
	}
	return c
}

func command(root *kong.Node, name string) *kong.Node {
	for _, n := range root.Children {
		if n.Name == name {
			return n
		}
	}
	return nil
}

// find is the flag of this name, with its dashes.
func (c *completer) find(name string) *kong.Flag {
	for _, f := range c.flags() {
		if "--"+f.Name == name || "-"+string(f.Short) == name || slices.Contains(f.Aliases, strings.TrimPrefix(name, "--")) {
			return f
		}
	}
	return nil
}

func (c *completer) flags() (list []*kong.Flag) {
	node := c.command
	if node == nil {
		node = c.root
	}
	for _, group := range node.AllFlags(true) {
		list = append(list, group...)
	}
	return list
}

// takesMany says whether a flag takes every word up to the next flag.
func takesMany(f *kong.Flag) bool {
	t := f.Target.Type()
	return t == reflect.TypeFor[values]() || t == reflect.TypeFor[groups]()
}

// candidates are the words that may come next.
func (c *completer) candidates() (list []candidate) {
	switch {
	case c.flag != nil:
		for _, w := range c.values() {
			if !strings.HasPrefix(w.word, ":") {
				w.word = c.inWord + w.word
			}
			list = append(list, w)
		}
		return list
	case c.command == nil && !strings.HasPrefix(c.current, "-"):
		for _, n := range c.root.Children {
			if !n.Hidden {
				list = append(list, candidate{n.Name, n.Help})
			}
		}
		return list
	case c.command != nil && len(c.command.Positional) > 0 && !strings.HasPrefix(c.current, "-"):
		for _, w := range c.command.Positional[0].EnumSlice() {
			list = append(list, candidate{word: w})
		}
		return list
	}
	for _, f := range c.flags() {
		if c.given[f.Name] == nil || takesMany(f) {
			list = append(list, candidate{"--" + f.Name, f.Help})
		}
	}
	return list
}

// values are the values that a flag may have.
func (c *completer) values() (list []candidate) {
	for _, w := range c.flag.EnumSlice() {
		list = append(list, candidate{word: w})
	}
	switch c.flag.Name {
	case "model":
		return folders()
	case "method":
		return methodWords()
	case "param":
		return c.params()
	case "metrics":
		for _, m := range allMetrics() {
			list = append(list, candidate{word: m.name})
		}
	case "class":
		return []candidate{{"argmax", "the class that the model chose"}, {"top3", "the three with the largest values"}, {"all-ones", "the sum of all"}}
	case "baseline":
		return append([]candidate{{"zeros", "nothing"}, {"mean", "the mean of the inputs"}}, c.keyed()...)
	case "input", "baselines", "mask", "vocab":
		return c.keyed()
	case "ys", "out":
		return files()
	case "signature":
		for _, s := range c.signatures() {
			list = append(list, candidate{word: s.Name})
		}
	case "target", "predict":
		for _, s := range c.signatures() {
			list = append(list, tensorWords(s.Outputs, "")...)
		}
	case "explain":
		for _, s := range c.signatures() {
			list = append(list, tensorWords(s.Inputs, "")...)
		}
	case "input-shape":
		for _, s := range c.signatures() {
			list = append(list, tensorWords(s.Inputs, "=")...)
		}
	}
	return list
}

// methodWords are the names of methods, with an alias for what a shell would take
// for a pattern.
func methodWords() (list []candidate) {
	for _, m := range tfexplain.Methods() {
		word := m.Name
		if !isShellWord(word) && len(m.Aliases) > 0 {
			word = m.Aliases[0]
		}
		list = append(list, candidate{word, m.About})
	}
	return list
}

// params are the parameters of the chosen methods, or of all.
func (c *completer) params() (list []candidate) {
	for _, m := range tfexplain.Methods() {
		chosen := len(c.given["method"]) == 0
		for _, name := range c.given["method"] {
			chosen = chosen || methodInfo(name).Name == m.Name
		}
		if !chosen {
			continue
		}
		for _, p := range m.Params {
			list = append(list, candidate{p.Name + "=", m.Name + ": " + p.About + " (" + p.Default + ")"})
		}
	}
	return list
}

// keyed are the inputs of the model, as KEY=, where there are several, and files.
func (c *completer) keyed() (list []candidate) {
	for _, s := range c.signatures() {
		if len(s.Inputs) > 1 {
			list = append(list, tensorWords(s.Inputs, "=")...)
		}
	}
	return append(list, files()...)
}

func tensorWords(infos []savedmodel.TensorInfo, after string) (list []candidate) {
	for _, t := range infos {
		list = append(list, candidate{t.Key + after, describe(t)})
	}
	return list
}

// signatures are the signatures of the model in question, or the one that was
// chosen; none if it cannot be read.
func (c *completer) signatures() []savedmodel.Signature {
	if len(c.given["model"]) != 1 {
		return nil
	}
	o := savedmodel.Options{Tags: c.given["tag"]}
	meta, err := savedmodel.Read(c.given["model"][0], o)
	if err != nil {
		return nil
	}
	if name := c.given["signature"]; len(name) == 1 && c.flag.Name != "signature" {
		s, err := meta.Signature(name[0])
		if err != nil {
			return nil
		}
		return []savedmodel.Signature{*s}
	}
	if c.flag.Name != "signature" {
		if s, err := meta.Signature(""); err == nil { // the one that is taken without a choice
			return []savedmodel.Signature{*s}
		}
	}
	return meta.Signatures()
}

// Tokens asks which words of a text made a classifier call it good or bad, and
// writes a page with the words coloured.
package main

import (
	"context"
	"fmt"
	"log"
	"os"
	"strings"

	"github.com/tfexplain/tfexplain-go/render"
	"github.com/tfexplain/tfexplain-go/savedmodel"
	"github.com/tfexplain/tfexplain-go/tensor"
	"github.com/tfexplain/tfexplain-go/tfexplain"
)

const (
	length    = 8 // words that the model takes; shorter texts are filled up with ""
	bad, good = 0, 1
)

func main() {
	if len(os.Args) == 1 {
		log.Fatal(`give it texts: go run ./examples/tokens "the film was great" "the plot was not boring"`)
	}
	if err := run(context.Background(), os.Args[1:]); err != nil {
		log.Fatal(err)
	}
}

func run(ctx context.Context, texts []string) error {
	m, err := savedmodel.Load("testdata/text/model", savedmodel.Options{})
	if err != nil {
		return err
	}
	defer m.Close()
	// Words have no gradient. What is explained is the output of the table that they
	// are looked up in; its baseline is the embedding of the empty word.
	ex, err := tfexplain.New(ctx, m, tfexplain.DeepLIFT{}, tfexplain.Options{Signature: "words", Target: "logits"})
	if err != nil {
		return err
	}
	defer ex.Close()

	var words []string
	for _, text := range texts {
		fields := strings.Fields(text)
		if len(fields) > length {
			return fmt.Errorf("%q has %d words; the model takes %d", text, len(fields), length)
		}
		words = append(words, fields...)
		words = append(words, make([]string, length-len(fields))...)
	}
	x, err := tensor.New(words, len(texts), length)
	if err != nil {
		return err
	}
	res, err := ex.Explain(ctx, map[string]*tensor.Tensor{"text": x}, tfexplain.Versus(good, bad))
	if err != nil {
		return err
	}
	sums, err := res.Summed("text") // one number for each word, over the embedding's axis
	if err != nil {
		return err
	}
	why, err := tensor.Data[float32](sums)
	if err != nil {
		return err
	}

	page := render.Report{
		Title: "Good or bad?",
		Notes: []string{"Red words speak for good, blue ones for bad, compared with empty words."},
	}
	for row, text := range texts {
		fmt.Printf("%+.2f  %s\n", res.Target[row], text)
		var tokens []render.Token
		for i := row * length; i < (row+1)*length && words[i] != ""; i++ {
			fmt.Printf("     %+6.2f  %s\n", why[i], words[i])
			tokens = append(tokens, render.Token{Text: words[i], Attribution: float64(why[i])})
		}
		fmt.Printf("     %+6.2f  no words\n", res.BaselineTarget[row])
		page.Rows = append(page.Rows, render.ReportRow{
			Label: text,
			Classes: []render.ClassFindings{{
				Class: "good - bad",
				Facts: []render.Fact{{Name: "f(x)", Value: fmt.Sprintf("%+.2f", res.Target[row])}},
				Methods: []render.MethodFindings{{
					Method:   "DeepLIFT",
					Facts:    []render.Fact{{Name: "delta", Value: fmt.Sprintf("%.0e", res.Delta[row])}},
					Findings: []render.Finding{{Tokens: tokens}},
				}},
			}},
		})
	}
	if err := os.MkdirAll("out", 0o777); err != nil {
		return err
	}
	return render.SaveHTML("out/tokens.html", page)
}

package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/alecthomas/kong"

	"github.com/tfexplain/tfexplain-go/render"
)

// cli is the grammar of the command line.
type cli struct {
	Explain  explainCmd  `cmd:"" help:"Explain what a model answered: attributions as .npz or .json, as pictures, or as a report."`
	Evaluate evaluateCmd `cmd:"" help:"Say how good attributions are: Sensitivity-n, deletion, infidelity and more, method by method."`
	Inspect  inspectCmd  `cmd:"" help:"Show a model's signatures, and the ops that a method has to pass."`
	Methods  methodsCmd  `cmd:"" help:"List the methods, the question each answers, and their parameters."`
	Doctor   doctorCmd   `cmd:"" help:"Say where TensorFlow was looked for and what was found."`
	Bench    benchCmd    `cmd:"" help:"Measure latency, graph size and memory of explaining with random inputs."`
	Version  versionCmd  `cmd:"" help:"Print the version."`

	Completion completionCmd `cmd:"" help:"Print the script that makes a shell complete the command's words."`
	Complete   completeCmd   `cmd:"" hidden:"" passthrough:"" help:"Complete words, for the scripts of completion."`
	Man        manCmd        `cmd:"" help:"Print the manual page."`
}

// Help gives the examples.
func (cli) Help() string {
	return `Examples:

  tfexplain inspect --model DIR
  tfexplain explain --model DIR --target logits --method deeplift --class argmax --input photo.png --out report.html
  tfexplain evaluate --model DIR --target logits --class argmax --methods deeplift,elrp --input 'photos/*.png'`
}

const description = `Explain what a TensorFlow SavedModel answered.

Exit code: 0 all went well, 1 something failed, 2 wrong usage, 3 the model has ops that the method refuses to pass through, or that may do more than compute (see --trust-model).`

// streams is where a command writes: results to out, progress to err.
type streams struct{ out, err io.Writer }

// run is the whole command: it parses args, runs what they ask for and gives
// the exit code.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	stdout, stderr = plainWriter{stdout}, plainWriter{stderr}
	asked := false // --help has been printed
	parser, err := kong.New(&cli{},
		kong.Name("tfexplain"), kong.Description(description),
		kong.Writers(stdout, stderr),
		kong.Exit(func(int) { asked = true }),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true, WrapUpperBound: 100}),
		kong.Vars{"percentile": fmt.Sprint(render.DefaultPercentile)},
		kong.BindTo(ctx, (*context.Context)(nil)),
		kong.Bind(&streams{out: stdout, err: stderr}))
	if err != nil {
		return fail(stderr, err)
	}
	parsed, err := parser.Parse(args)
	if asked {
		return exitFine
	}
	if len(args) == 0 {
		err = errors.New("wanted a command: explain, evaluate, inspect, methods, doctor, bench, version, completion or man")
	}
	if err != nil {
		code := fail(stderr, usage(modelFlag(err)))
		fmt.Fprintf(stderr, "see tfexplain %s--help\n", chosenCommand(err))
		return code
	}
	if err := parsed.Run(); err != nil {
		return fail(stderr, err)
	}
	return exitFine
}

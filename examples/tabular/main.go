// Tabular explains a model of numbers, a category and a word, feature by feature,
// by DeepLIFT and by exact Shapley values.
package main

import (
	"context"
	"encoding/csv"
	"fmt"
	"log"
	"os"
	"strconv"

	"github.com/tfexplain/tfexplain-go/savedmodel"
	"github.com/tfexplain/tfexplain-go/tensor"
	"github.com/tfexplain/tfexplain-go/tfexplain"
)

var (
	inputs   = []string{"numbers", "day", "weather"} // keys of the model
	features = []string{"temperature", "wind", "day", "weather"}
)

func main() {
	if err := run(context.Background()); err != nil {
		log.Fatal(err)
	}
}

func run(ctx context.Context) error {
	m, err := savedmodel.Load("testdata/tabular/model", savedmodel.Options{})
	if err != nil {
		return err
	}
	defer m.Close()
	table, err := readCSV("testdata/tabular/days.csv")
	if err != nil {
		return err
	}
	table = [][]string{table[6], table[10], table[15]}
	x, err := rows(table)
	if err != nil {
		return err
	}
	usual, err := rows([][]string{{"15", "18", "2", "clouds"}}) // what the days are compared with
	if err != nil {
		return err
	}

	// DeepLIFT explains the numbers themselves, and of days and words the vectors that
	// they are looked up as. Shapley values need no gradient: each element of the
	// inputs is a player that takes the usual day's value when it is left out.
	var results []*tfexplain.Result
	for _, method := range []tfexplain.Method{tfexplain.DeepLIFT{}, tfexplain.ExactShapley{}} {
		ex, err := tfexplain.New(ctx, m, method, tfexplain.Options{Explain: inputs, Baseline: tfexplain.Values(usual)})
		if err != nil {
			return err
		}
		defer ex.Close()
		res, err := ex.Explain(ctx, x, nil)
		if err != nil {
			return err
		}
		results = append(results, res)
	}

	fmt.Printf("%-30s %9s %9s\n", "", "DeepLIFT", "Shapley")
	for row, day := range table {
		r := results[0]
		fmt.Printf("%.2f hundred bikes, not %.2f\n", r.Target[row], r.BaselineTarget[row])
		deepLIFT, err := byFeature(r, row)
		if err != nil {
			return err
		}
		shapley, err := byFeature(results[1], row)
		if err != nil {
			return err
		}
		var sums [2]float64
		for f, name := range features {
			fmt.Printf("    %-12s %-13s %+9.3f %+9.3f\n", name, day[f], deepLIFT[f], shapley[f])
			sums[0], sums[1] = sums[0]+deepLIFT[f], sums[1]+shapley[f]
		}
		fmt.Printf("    %-26s %+9.3f %+9.3f\n", "sum", sums[0], sums[1])
	}
	return nil
}

// byFeature gives the share of each feature in a row: one number for each element
// of the inputs, vectors of days and words added up.
func byFeature(r *tfexplain.Result, row int) ([]float64, error) {
	var shares []float64
	for _, key := range inputs {
		t, err := r.Summed(key)
		if err != nil {
			return nil, err
		}
		if t, err = t.Rows(row, row+1); err != nil {
			return nil, err
		}
		values, err := t.Float64s()
		if err != nil {
			return nil, err
		}
		shares = append(shares, values...)
	}
	return shares, nil
}

// rows makes the model's inputs of lines: temperature, wind, day, weather.
func rows(lines [][]string) (map[string]*tensor.Tensor, error) {
	var numbers []float32
	var days []int64
	var weather []string
	for _, line := range lines {
		for _, text := range line[:2] {
			v, err := strconv.ParseFloat(text, 32)
			if err != nil {
				return nil, err
			}
			numbers = append(numbers, float32(v))
		}
		day, err := strconv.ParseInt(line[2], 10, 64)
		if err != nil {
			return nil, err
		}
		days, weather = append(days, day), append(weather, line[3])
	}
	n := len(lines)
	a, err := tensor.New(numbers, n, 2)
	if err != nil {
		return nil, err
	}
	b, err := tensor.New(days, n)
	if err != nil {
		return nil, err
	}
	c, err := tensor.New(weather, n)
	if err != nil {
		return nil, err
	}
	return map[string]*tensor.Tensor{"numbers": a, "day": b, "weather": c}, nil
}

// readCSV reads the lines after the first, which names the columns.
func readCSV(path string) ([][]string, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	lines, err := csv.NewReader(f).ReadAll()
	if err != nil {
		return nil, err
	}
	return lines[1:], nil
}

package main

import (
	"cmp"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strconv"

	"github.com/jedib0t/go-pretty/v6/table"

	"github.com/alexconv/alexconv/formats/npy"
	"github.com/alexconv/alexconv/ir"
	"github.com/alexconv/alexconv/pixels"
)

// classScore is one class of an output row.
type classScore struct {
	Class int    `json:"class"`
	Label string `json:"label,omitempty"`
	Score number `json:"score"`
}

// best are the n classes with the highest scores, NaN last, ties by class.
func best(row []float32, n int, labels []string) []classScore {
	list := make([]classScore, len(row))
	for i, score := range row {
		list[i] = classScore{Class: i, Score: number(score)}
		if i < len(labels) {
			list[i].Label = labels[i]
		}
	}
	slices.SortStableFunc(list, func(a, b classScore) int { return cmp.Compare(b.Score, a.Score) })
	return list[:min(n, len(list))]
}

// outputSummary describes one output of a run.
type outputSummary struct {
	Name  string         `json:"name"`
	Shape ir.Shape       `json:"shape"`
	Min   number         `json:"min"`
	Max   number         `json:"max"`
	Mean  number         `json:"mean"`
	Top   [][]classScore `json:"top,omitempty"`
}

func summarise(a npy.NamedTensor, top int, labels []string) outputSummary {
	s := outputSummary{Name: a.Name, Shape: a.Tensor.Shape}
	if len(a.Tensor.Data) > 0 {
		s.Min, s.Max = number(slices.Min(a.Tensor.Data)), number(slices.Max(a.Tensor.Data))
	}
	for _, v := range a.Tensor.Data {
		s.Mean += number(v) / number(len(a.Tensor.Data))
	}
	if top > 0 && len(s.Shape) > 1 && s.Shape[0] > 0 {
		classes := len(a.Tensor.Data) / s.Shape[0]
		for row := range slices.Chunk(a.Tensor.Data, classes) {
			s.Top = append(s.Top, best(row, top, labels))
		}
	}
	return s
}

// resultPrinter writes the outputs of a run.
type resultPrinter struct {
	*app
	top        int
	labels     []string
	rows       []string       // names of the pictures, one per output row, or none
	preprocess *pixels.Record // nil without pictures
}

func (p resultPrinter) print(outputs []npy.NamedTensor, asCSV bool) error {
	var list []outputSummary
	for _, o := range outputs {
		list = append(list, summarise(o, p.top, p.labels))
	}
	switch {
	case p.json && p.preprocess != nil:
		return p.printJSON(map[string]any{"outputs": list, "pictures": p.rows, "preprocess": p.preprocess})
	case p.json:
		return p.printJSON(map[string]any{"outputs": list})
	case asCSV:
		return p.printCSV(list)
	}
	for _, s := range list {
		fmt.Fprintf(p.stdout, "%s %v  min %g  max %g  mean %.6g\n", s.Name, s.Shape, s.Min, s.Max, s.Mean)
		if p.preprocess != nil && len(s.Top) > 0 {
			p.printTable(s)
			continue
		}
		for row, classes := range s.Top {
			for rank, c := range classes {
				fmt.Fprintf(p.stdout, "  row %d  #%d  %-8.6f  class %d  %s\n", row, rank+1, c.Score, c.Class, c.Label)
			}
		}
	}
	if p.preprocess != nil {
		fmt.Fprintf(p.stdout, "preprocessed as %v\n", p.preprocess)
	}
	return nil
}

// row names an output row.
func (p resultPrinter) row(i int) string {
	if i < len(p.rows) {
		return p.rows[i]
	}
	return strconv.Itoa(i)
}

func (p resultPrinter) printTable(s outputSummary) {
	heading := table.Row{"picture", "rank", "score", "class"}
	if len(p.labels) > 0 {
		heading = append(heading, "label")
	}
	t := p.newTable(heading, 2, 3, 4)
	for i, classes := range s.Top {
		for rank, c := range classes {
			name := ""
			if rank == 0 {
				name = p.row(i)
			}
			row := table.Row{name, rank + 1, fmt.Sprintf("%.6f", c.Score), c.Class, c.Label}
			t.AppendRow(row[:len(heading)])
		}
	}
	t.Render()
}

func (p resultPrinter) printCSV(list []outputSummary) error {
	w := csv.NewWriter(p.stdout)
	records := [][]string{{"input", "output", "rank", "class", "label", "score"}}
	for _, s := range list {
		for i, classes := range s.Top {
			for rank, c := range classes {
				records = append(records, []string{p.row(i), s.Name, strconv.Itoa(rank + 1), strconv.Itoa(c.Class), c.Label, c.Score.String()})
			}
		}
	}
	return w.WriteAll(records)
}

// number is a value in JSON: a number, or the string "NaN", "+Inf" or "-Inf".
type number float64

// String is the shortest text that reads back to the same float32 where the
// value is one.
func (n number) String() string {
	v := float64(n)
	if float64(float32(v)) == v {
		return strconv.FormatFloat(v, 'g', -1, 32)
	}
	return strconv.FormatFloat(v, 'g', -1, 64)
}

// MarshalJSON writes the shortest text that reads back to the same float32
// where the value is one.
func (n number) MarshalJSON() ([]byte, error) {
	v := float64(n)
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return json.Marshal(strconv.FormatFloat(v, 'g', -1, 64))
	}
	if float64(float32(v)) == v {
		return json.Marshal(float32(v))
	}
	return json.Marshal(v)
}

package classify

import (
	"cmp"
	"encoding/json"
	"math"
	"slices"
	"strconv"
)

// Score is what a model gives a class; in JSON a number, or the string "NaN",
// "+Inf" or "-Inf".
type Score float32

// String is the shortest text that reads back to the same value.
func (s Score) String() string { return strconv.FormatFloat(float64(s), 'g', -1, 32) }

// MarshalJSON writes what UnmarshalJSON reads.
func (s Score) MarshalJSON() ([]byte, error) {
	if v := float64(s); math.IsNaN(v) || math.IsInf(v, 0) {
		return json.Marshal(s.String())
	}
	return json.Marshal(float32(s))
}

// UnmarshalJSON reads a number or the name of one that JSON cannot say.
func (s *Score) UnmarshalJSON(data []byte) error {
	text := string(data)
	if unquoted, err := strconv.Unquote(text); err == nil {
		text = unquoted
	}
	v, err := strconv.ParseFloat(text, 32)
	*s = Score(v)
	return err
}

// Guess is a class with its score.
type Guess struct {
	Class int   `json:"class"`
	Score Score `json:"score"`
}

// guesses is how many of the best classes are kept, as many as the looser of the
// two usual measures looks at.
const guesses = 5

// Outcome is what a model said of one labelled picture.
type Outcome struct {
	// Index is the picture's place in the whole list, of which a shard has a part.
	Index int `json:"i"`
	// Rank is the place of the picture's label among the classes, best first,
	// from 1. Equal scores rank by class; NaN ranks behind every number.
	Rank int `json:"rank"`
	// Top are the best five classes.
	Top []Guess `json:"top"`
}

// judge ranks one output row for a label, which is one of its classes.
func judge(row []float32, label int) Outcome {
	order := make([]int, len(row))
	for class := range order {
		order[class] = class
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(row[b], row[a]) })
	o := Outcome{Rank: slices.Index(order, label) + 1}
	for _, class := range order[:min(guesses, len(order))] {
		o.Top = append(o.Top, Guess{class, Score(row[class])})
	}
	return o
}

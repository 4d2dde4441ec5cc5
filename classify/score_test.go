package classify

import (
	"encoding/json"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestRanks(t *testing.T) {
	nan := float32(math.NaN())
	for _, c := range []struct {
		name  string
		row   []float32
		label int
		rank  int
		best  int
	}{
		{"the best", []float32{1, 9, 2}, 1, 1, 1},
		{"the second", []float32{1, 9, 2}, 2, 2, 1},
		{"the sixth", []float32{6, 5, 4, 3, 2, 1}, 5, 6, 0},
		{"a tie goes to the smaller class", []float32{4, 4, 4}, 2, 3, 0},
		{"NaN is behind everything", []float32{nan, -5, nan}, 0, 2, 1},
		{"infinity is best", []float32{3, float32(math.Inf(1))}, 1, 1, 1},
	} {
		o := judge(c.row, c.label)
		if o.Rank != c.rank || o.Top[0].Class != c.best || len(o.Top) != min(5, len(c.row)) {
			t.Errorf("%s: %+v", c.name, o)
		}
	}
}

func TestScoresSurviveJSON(t *testing.T) {
	for _, v := range []float32{0, 1, 0.1, 1e-38, -3.4e38, float32(math.NaN()), float32(math.Inf(1)), float32(math.Inf(-1))} {
		text, err := json.Marshal(Score(v))
		if err != nil {
			t.Fatal(err)
		}
		var back Score
		if err := json.Unmarshal(text, &back); err != nil || math.Float32bits(float32(back)) != math.Float32bits(v) {
			t.Errorf("%v as %s is %v, %v", v, text, back, err)
		}
	}
	var s Score
	if err := json.Unmarshal([]byte(`"many"`), &s); err == nil {
		t.Error("a word was read as a score")
	}
}

func TestResultCountsRanks(t *testing.T) {
	var outcomes []Outcome
	for i, rank := range []int{1, 2, 5, 6} {
		outcomes = append(outcomes, Outcome{Index: i, Rank: rank})
	}
	got := NewResult("m", Identity{Images: 8}, Shard{0, 2}, 10, outcomes)
	want := &Result{Schema: 1, Model: "m", Identity: Identity{Images: 8}, Classes: 10, Evaluated: 4, Top1: 0.25, Top5: 0.75, Top1Correct: 1, Top5Correct: 3,
		Shards: []Shard{{0, 2}}}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

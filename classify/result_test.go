package classify

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/alexconv/alexconv/ir"
)

func TestShardsMergeToTheWhole(t *testing.T) {
	list := samples(t, 23)
	whole := run(t, evaluation(list, 4))
	for _, shards := range [][]string{{"0/4", "1/4", "2/4", "3/4"}, {"4/4", "2/4", "3/4", "1/4"}, {"0/2", "1/4", "3/4"}} {
		var results []*Result
		for _, name := range shards {
			e := evaluation(list, 4)
			var err error
			if e.Shard, err = ParseShard(name); err != nil {
				t.Fatal(err)
			}
			results = append(results, parse(t, run(t, e)))
		}
		merged, err := Merge(results)
		if err != nil {
			t.Fatal(err)
		}
		if got := text(t, merged); got != whole {
			t.Errorf("%v: %s", shards, cmp.Diff(whole, got))
		}
		// A merge of merges is one too.
		first, err := Merge(results[:2])
		if err != nil || first.Complete {
			t.Fatalf("%v: a part is complete: %v", shards, err)
		}
		if merged, err = Merge(append([]*Result{parse(t, text(t, first))}, results[2:]...)); err != nil || text(t, merged) != whole {
			t.Errorf("%v in two steps: %v", shards, err)
		}
	}
}

func TestMergesThatAreRefused(t *testing.T) {
	id := Identity{Digest: "d", Preprocess: plain.Record(), Images: 8}
	result := func(index, of int) *Result {
		s := Shard{index, of}
		var outcomes []Outcome
		for i := range id.Images {
			if s.has(i) {
				outcomes = append(outcomes, Outcome{Index: i, Rank: 1})
			}
		}
		return NewResult("m", id, s, 3, outcomes)
	}
	changed := func(change func(*Result)) *Result {
		r := result(1, 4)
		change(r)
		return r
	}
	for _, c := range []struct {
		name string
		add  *Result
		says string
	}{
		{"the same shard", result(0, 4), "shard 0/4 meets shard 0/4"},
		{"a shard within it", result(4, 8), "shard 4/8 meets shard 0/4"},
		{"everything", result(0, 1), "already complete"},
		{"another model", changed(func(r *Result) { r.Digest = "e" }), "digest is e, not d"},
		{"another preprocessing", changed(func(r *Result) { r.Preprocess.Scale = 2 }), "its preprocess is"},
		{"another list", changed(func(r *Result) { r.List = "x" }), "its list is x"},
		{"more than there is", changed(func(r *Result) { r.Evaluated = 7 }), "9 pictures of a list of 8"},
	} {
		_, err := Merge([]*Result{result(0, 4), c.add})
		var place *MergeError
		if !errors.As(err, &place) || place.Index != 1 || !errors.Is(err, ir.ErrInvalid) || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
	if _, err := Merge(nil); !errors.Is(err, ir.ErrInvalid) {
		t.Errorf("nothing: %v", err)
	}
}

func TestResultsThatAreRefused(t *testing.T) {
	good := run(t, evaluation(samples(t, 6), 4))
	for _, c := range []struct{ name, old, new string }{
		{"no JSON", "{", "["},
		{"another schema", `"schema":1`, `"schema":2`},
		{"a field too many", `"schema":1`, `"schema":1,"bonus":3`},
		{"more right than there are", `"top1_correct":5`, `"top1_correct":7`},
		{"a part that says it is all", `"images":6`, `"images":7`},
		{"a part that says of what it is not", `"images":6`, `"images":7,"complete":false`},
		{"a shard beyond its number", `"complete":true`, `"complete":true,"shards":[{"index":4,"of":4}]`},
	} {
		bad := strings.Replace(good, c.old, c.new, 1)
		if bad == good {
			t.Fatalf("%s: %q is not in %s", c.name, c.old, good)
		}
		if c.name == "a part that says of what it is not" {
			bad = strings.Replace(bad, `"complete":true`, `"complete":false`, 1)
		}
		if _, err := ReadResult([]byte(bad)); !errors.Is(err, ir.ErrInvalid) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

package main

import (
	"os"
	"regexp"
	"testing"
)

// TestExamplesOfEvalUseItsFlags: what docs/eval shows can be typed.
func TestExamplesOfEvalUseItsFlags(t *testing.T) {
	eval, _, err := new(app).root().Find([]string{"eval"})
	if err != nil {
		t.Fatal(err)
	}
	merge, _, err := eval.Find([]string{"merge"})
	if err != nil {
		t.Fatal(err)
	}
	flag := regexp.MustCompile(`\s(--[a-z0-9-]+)`)
	for name, want := range map[string]int{"job.yaml": 5, "github.yml": 3} {
		text, err := os.ReadFile("../../docs/eval/" + name)
		if err != nil {
			t.Fatal(err)
		}
		found := 0
		for _, line := range regexp.MustCompile(`(?m)^.*(alexconv eval|- --).*$`).FindAllString(string(text), -1) {
			for _, m := range flag.FindAllStringSubmatch(line, -1) {
				found++
				if f := m[1][2:]; eval.Flags().Lookup(f) == nil && merge.Flags().Lookup(f) == nil {
					t.Errorf("%s: %s is no flag of eval", name, m[1])
				}
			}
		}
		if found != want {
			t.Errorf("%s: %d flags were looked at, want %d", name, found, want)
		}
	}
}

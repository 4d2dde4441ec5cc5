package kernel

import (
	"slices"
	"strings"
	"testing"
)

func TestForceUndoes(t *testing.T) {
	before := Tier()
	undo, err := Force("generic")
	if err != nil || Tier() != "generic" {
		t.Fatalf("tier %s, error %v", Tier(), err)
	}
	undo()
	if Tier() != before {
		t.Errorf("tier is %s after undo, was %s", Tier(), before)
	}
}

func TestChoose(t *testing.T) {
	for _, c := range []struct{ name, give, want, err string }{
		{"empty means the best", "", tables[len(tables)-1].tier, ""},
		{"named", "generic", "generic", ""},
		{"unknown", "sse9", "", `ALEXCONV_CPU="sse9": this CPU has the tiers generic`},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := choose(c.give)
			switch {
			case c.err == "" && (err != nil || got.tier != c.want):
				t.Errorf("got %s, error %v; want %s", got.tier, err, c.want)
			case c.err != "" && (err == nil || !strings.Contains(err.Error(), c.err)):
				t.Errorf("error %v, want %q", err, c.err)
			}
		})
	}
}

func TestGenericTierIsAlwaysThere(t *testing.T) {
	if names := Tiers(); !slices.Contains(names, "generic") {
		t.Errorf("tiers %v", names)
	}
}

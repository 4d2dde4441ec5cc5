package verify

import (
	"errors"
	"math"
	"testing"

	"github.com/alexconv/alexconv/ir"
)

func TestParseTolerance(t *testing.T) {
	good := []struct{ text, want string }{
		{"auto", "auto"},
		{"rtol=1e-5,atol=1e-8", "rtol=1e-05,atol=1e-08"},
		{"atol=0.5", "rtol=0,atol=0.5"},
		{"rel-l2=1e-5", "rel-l2=1e-05"},
		{"rel-l2=0", "rel-l2=0"},
		{"ulp=3", "ulp=3"},
		{"top-k=5", "top-k=5"},
	}
	for _, c := range good {
		got, err := ParseTolerance(c.text)
		if err != nil || got.String() != c.want {
			t.Errorf("%q: %q, %v, want %q", c.text, got, err, c.want)
		}
		if again, err := ParseTolerance(got.String()); again != got || err != nil {
			t.Errorf("%q does not read back: %v, %v", got, again, err)
		}
	}
	bad := []string{
		"", "loose", "auto,rtol=1", "rtol", "rtol=", "rtol=x", "rtol=-1", "rtol=nan", "rtol=inf", "atol=1e999",
		"rtol=1,rtol=2", "rtol=1,", "ulp=-1", "ulp=1,rtol=1", "top-k=0", "top-k=1.5", "top-k=1e99", "cosine=1", "rel-l2=1,atol=1", "rel-l2=1e-5 ",
	}
	for _, text := range bad {
		if got, err := ParseTolerance(text); !errors.Is(err, ir.ErrInvalid) {
			t.Errorf("%q is read as %v, %v", text, got, err)
		}
	}
}

func TestMeasure(t *testing.T) {
	cases := []struct {
		name             string
		reference, other []float32
		want             difference
	}{
		{"equal", []float32{3, -4}, []float32{3, -4}, difference{largest: 4}},
		{"signed zeros are equal", []float32{0}, []float32{float32(math.Copysign(0, -1))}, difference{}},
		{"deviations", []float32{3, -4}, []float32{3, -3}, difference{maxAbs: 1, maxRel: 0.25, relL2: 0.2, largest: 4, worst: 1, beyond: 1}},
		{"a reference of zero has no relative error", []float32{0, 4}, []float32{2, 4}, difference{maxAbs: 2, relL2: 0.5, largest: 4, beyond: 1}},
		{"everything against nothing", []float32{0}, []float32{2}, difference{maxAbs: 2, relL2: math.Inf(1), beyond: 1}},
		{"equal infinities", []float32{inf, -inf, 1}, []float32{inf, -inf, 1}, difference{largest: 1, special: [2]specials{{inf: 2}, {inf: 2}}}},
		{"opposite infinities", []float32{1, inf}, []float32{1, -inf}, difference{
			maxAbs: math.Inf(1), maxRel: math.Inf(1), relL2: math.Inf(1), largest: 1, worst: 1, unequal: 1, special: [2]specials{{inf: 1}, {inf: 1}}}},
		{"NaN against a number, after a large deviation", []float32{1, 1, 1}, []float32{9, nan, 1}, difference{
			maxAbs: math.Inf(1), maxRel: math.Inf(1), relL2: math.Inf(1), largest: 1, worst: 1, beyond: 1, unequal: 1, special: [2]specials{{}, {nan: 1}}}},
		{"a large deviation after NaN", []float32{nan, 1}, []float32{1, 9}, difference{
			maxAbs: math.Inf(1), maxRel: math.Inf(1), relL2: math.Inf(1), largest: 1, worst: 0, beyond: 1, unequal: 1, special: [2]specials{{nan: 1}, {}}}},
		{"nothing", nil, nil, difference{}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			c.want.count = len(c.reference)
			if got := measure(c.reference, c.other, Tolerance{}, false); got != c.want {
				t.Errorf("got  %+v\nwant %+v", got, c.want)
			}
		})
	}
}

func TestNaNOnBothSides(t *testing.T) {
	values := []float32{1, nan}
	if d := measure(values, values, Tolerance{}, false); d.bothNaN != 1 || d.worst != 1 || !math.IsNaN(d.maxAbs) || !math.IsNaN(d.relL2) {
		t.Errorf("counts as equal: %+v", d)
	}
	if d := measure(values, values, Tolerance{}, true); d.bothNaN != 0 || d.maxAbs != 0 || d.relL2 != 0 {
		t.Errorf("is asked to be equal: %+v", d)
	}
}

// TestElementwiseIsNumpys holds |other - reference| <= atol + rtol*|reference|
// at the edge, which belongs to the tolerance.
func TestElementwiseIsNumpys(t *testing.T) {
	limit := Tolerance{kind: elementwise, rtol: 0.25, atol: 0.5}
	cases := []struct {
		name             string
		reference, other float32
		within           bool
	}{
		{"at the edge", 4, 5.5, true},
		{"at the edge below", 4, 2.5, true},
		{"beyond", 4, 5.51, false},
		{"the reference counts, not the other", 5.6, 4, true},
		{"atol alone", 0, 0.5, true},
		{"beyond atol", 0, -0.51, false},
	}
	for _, c := range cases {
		d := measure([]float32{c.reference}, []float32{c.other}, limit, false)
		if reason := limit.judge(nil, nil, d); (reason == "") != c.within {
			t.Errorf("%s: %q", c.name, reason)
		}
	}
}

func TestSteps(t *testing.T) {
	cases := []struct {
		name             string
		reference, other float32
		want             float64
	}{
		{"equal", 1, 1, 0},
		{"neighbours", 1, math.Nextafter32(1, 2), 1},
		{"across zero", math.Nextafter32(0, -1), math.Nextafter32(0, 1), 2},
		{"zeros of both signs", 0, float32(math.Copysign(0, -1)), 0},
		{"a power of two", 1, 2, 1 << 23},
		{"the ends", -math.MaxFloat32, math.MaxFloat32, 2 * 0x7f7fffff},
	}
	for _, c := range cases {
		if got := mostSteps([]float32{c.reference}, []float32{c.other}); got != c.want {
			t.Errorf("%s: %v steps, want %v", c.name, got, c.want)
		}
	}
}

func TestRanking(t *testing.T) {
	two := func(values ...float32) *ir.Tensor {
		return &ir.Tensor{Shape: ir.Shape{2, len(values) / 2}, Data: values}
	}
	reference := two(5, 3, 4, 1, 1, 9, 8, 7)
	cases := []struct {
		name   string
		k      int
		other  *ir.Tensor
		reason string
	}{
		{"the same", 4, reference, ""},
		{"other values", 4, two(50, 3, 4, 1, 1, 9, 8.5, 7), ""},
		{"behind the first", 1, two(5, 3, 2, 1, 1, 9, 7, 8), ""},
		{"the second", 2, two(5, 3, 2, 1, 1, 9, 8, 7), "batch element 0: place 2 is 1 instead of 2"},
		{"the second batch element", 3, two(5, 3, 4, 1, 1, 7, 8, 9), "batch element 1: place 1 is 3 instead of 1"},
		{"equal values", 2, two(5, 3, 4, 1, 9, 9, 8, 7), "batch element 1: place 1 is 0 instead of 1"},
		{"more than there are", 9, reference, ""},
	}
	for _, c := range cases {
		if got := (Tolerance{kind: topK, top: c.k}).ranking(reference, c.other); got != c.reason {
			t.Errorf("%s: %q, want %q", c.name, got, c.reason)
		}
	}
}

func TestLayersHaveTolerancesOfTheirOwn(t *testing.T) {
	g := small()
	other := reweigh(g, "fc", 0, func(w []float32) { w[7] += 1e-4 })
	cases := []struct {
		name     string
		patterns []string
		want     Verdict
	}{
		{"none", nil, Fail},
		{"another layer", []string{"conv*:rel-l2=1"}, Fail},
		{"the layer and what follows", []string{"fc:rel-l2=1e-2", "prob:rel-l2=1e-2"}, Pass},
		{"the last counts", []string{"*:rel-l2=1e-2", "fc:rel-l2=0"}, Fail},
		{"by the end", []string{"fc:rel-l2=1e-2", "p?ob:top-k=1"}, Pass},
		{"everything", []string{"*:ulp=1e9"}, Pass},
	}
	for _, c := range cases {
		o := Options{}
		for _, text := range c.patterns {
			l, err := ParseLayerTolerance(text)
			if again, _ := ParseLayerTolerance(l.String()); err != nil || again != l {
				t.Fatalf("%s is %v, %v", text, l, err)
			}
			o.Layers = append(o.Layers, l)
		}
		if r := compare(t, g, other, o); r.Verdict != c.want {
			t.Errorf("%s: %s: %s", c.name, r.Verdict, r.Reason)
		}
	}
	for _, text := range []string{"rel-l2=1", ":auto", "[:auto", "fc:", "fc:loose"} {
		if _, err := ParseLayerTolerance(text); !errors.Is(err, ir.ErrInvalid) {
			t.Errorf("%q: %v", text, err)
		}
	}
}

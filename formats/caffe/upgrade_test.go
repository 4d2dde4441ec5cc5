package caffe

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/alexconv/alexconv/ir"
)

// encoded is a message's wire form, which does not depend on the order in
// which fields of different names were given.
func encoded(t *testing.T, m *message) []byte {
	t.Helper()
	var b bytes.Buffer
	if _, err := encode(m).WriteTo(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// Each fixture has what Caffe's upgrade_net_proto_text makes of its prototxt.
func TestUpgradeIsCaffes(t *testing.T) {
	compared := 0
	for _, name := range cases(t, false) {
		want, err := os.ReadFile(filepath.Join(fixtures, name, "upgraded.prototxt"))
		if err != nil {
			continue
		}
		compared++
		theirs, err := parseText(string(want), netParameter, ir.DefaultLimits)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		ours, err := readNet(readFile(t, fixtures, name, "deploy.prototxt"), &ReadOptions{})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if !bytes.Equal(encoded(t, ours), encoded(t, theirs)) {
			t.Errorf("%s:\n%s\nCaffe has\n%s", name, formatText(ours), formatText(theirs))
		}
	}
	if compared < 10 {
		t.Errorf("only %d nets compared", compared)
	}
}

// The same weights as V0, as V1 and as V2 layers make one model.
func TestWeightsOfEveryAgeAreTheSame(t *testing.T) {
	for _, name := range []string{"v0_layers", "v1_layers"} {
		files, err := filepath.Glob(filepath.Join(fixtures, name, "weights*.caffemodel"))
		if err != nil || len(files) < 2 {
			t.Fatalf("%s: %d weights files, %v", name, len(files), err)
		}
		want := digest(t, readFixture(t, name))
		for _, f := range files {
			g, err := readModel(readFile(t, fixtures, name, "upgraded.prototxt"), readFile(t, f), ReadOptions{})
			if err != nil {
				t.Errorf("%s: %v", f, err)
				continue
			}
			if digest(t, g) != want {
				t.Errorf("%s: another digest", f)
			}
		}
	}
}

func TestUpgradeRefuses(t *testing.T) {
	for _, c := range []struct{ name, src, want string }{
		{"an input without a shape of its own", `input: "a" input: "b" input_shape { dim: 1 }`, `1:19: input "b" has no shape: each input needs one input_shape or four input_dim`},
		{"an input with three dimensions", `input: "a" input_dim: [1, 2, 3]`, `1:8: input "a" has no shape: each input needs one input_shape or four input_dim`},
		{"layer beside layers", "layer { }\nlayers { }", "1:1: the net has both 'layer' and 'layers' fields: bring it to 'layer' by hand"},
		{"a V0 type that is none", `layers { layer { name: "x" type: "convolve" } }`, `1:34: layer "x": unknown V0 layer type "convolve"`},
		{"a V0 bottom that is none", `layers { layer { name: "x" type: "relu" } bottom: "y" top: "z" }`, `1:51: layer "x": unknown bottom blob "y"`},
		{"padding before a layer that cannot pad", `input: "a" layers { layer { name: "p" type: "padding" pad: 1 } bottom: "a" top: "b" }
layers { layer { name: "x" type: "relu" } bottom: "b" top: "c" }`, `2:51: layer "x": a padding layer may only be read by conv or pool, not by relu`},
	} {
		_, err := readNet([]byte(c.src), &ReadOptions{})
		if err == nil || err.Error() != c.want {
			t.Errorf("%s: %v, want %s", c.name, err, c.want)
		}
	}
}

// Every V0 field has a place of its own kind in V1 (new_height and new_width
// lost their sign on the way), and no other has.
func TestV0FieldsHaveAPlace(t *testing.T) {
	elsewhere := []string{"name", "type", "blobs", "blobs_lr", "weight_decay", "new_num", "new_channels"}
	for _, f := range v0LayerParameter.fields {
		targets := v0Fields[f.name]
		if (len(targets) == 0) != slices.Contains(elsewhere, f.name) {
			t.Errorf("%s has %d places", f.name, len(targets))
		}
		for _, target := range targets {
			s := v1LayerParameter
			if target.param != "" {
				s = s.byName[target.param].message
			}
			if to := s.byName[target.field]; to == nil || to.kind.wireType() != f.kind.wireType() || to.message != f.message {
				t.Errorf("%s does not fit %s.%s", f.name, target.param, target.field)
			}
		}
	}
	for name := range v0Fields {
		if v0LayerParameter.byName[name] == nil {
			t.Errorf("%s is no V0 field", name)
		}
	}
}

func TestLegacyFieldsOfOtherLayerTypesWarn(t *testing.T) {
	var warnings []string
	_, err := readNet([]byte(`input: "a" layers { layer { name: "r" type: "relu" kernelsize: 3 } bottom: "a" top: "b" }`),
		&ReadOptions{Warn: func(s string) { warnings = append(warnings, s) }})
	want := `layer "r": a V0 layer of type "relu" has no field kernelsize, it is ignored`
	if err != nil || len(warnings) != 1 || warnings[0] != want {
		t.Errorf("%q, %v", warnings, err)
	}
}

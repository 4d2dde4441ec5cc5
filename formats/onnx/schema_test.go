package onnx

import (
	"encoding/json"
	"fmt"
	"math"
	"os/exec"
	"slices"
	"sort"
	"strings"
	"testing"
)

// declarations prints what the onnx package declares about operations in each
// opset that it knows, one JSON line each.
const declarations = `
import json, sys, onnx.defs
for name in sys.argv[1:]:
    for opset in range(6, onnx.defs.onnx_opset_version() + 1):
        try:
            s = onnx.defs.get_schema(name, opset)
        except Exception:
            continue
        allowed = {c.type_param_str: list(c.allowed_type_strs) for c in s.type_constraints}
        def single(p):
            types = allowed.get(p.typeStr, [p.typeStr])
            return {"tensor(int64)": "i", "tensor(bool)": "b"}.get(types[0]) if len(types) == 1 else None
        common = next((p.typeStr for p in s.inputs if not single(p) and p.typeStr in allowed), None)
        def letters(list):
            return "".join(single(p) or ("T" if p.typeStr == common else "*") for p in list)
        print(json.dumps({"Name": name, "Opset": opset, "Deprecated": s.deprecated,
            "Types": [letters(s.inputs), letters(s.outputs)],
            "Inputs": [s.min_input, s.max_input], "Outputs": [s.min_output, s.max_output],
            "Attributes": sorted(a + " " + str(v.type).split(".")[-1].lower() + ("!" if v.required else "") for a, v in s.attributes.items())}))
`

// TestSchemasAreONNXsOwn holds the table against the ONNX project's, as far as
// the installed package knows opsets.
func TestSchemasAreONNXsOwn(t *testing.T) {
	python, newest := findChecker(t)
	var names []string
	for name := range schemas() {
		names = append(names, name)
	}
	sort.Strings(names)
	out, err := exec.Command(python, append([]string{"-c", declarations}, names...)...).Output()
	if err != nil {
		t.Fatal(err)
	}
	declared := make(map[string]bool)
	for line := range strings.Lines(string(out)) {
		var d struct {
			Name            string
			Opset           int
			Deprecated      bool
			Inputs, Outputs [2]int
			Types           [2]string
			Attributes      []string
		}
		if err := json.Unmarshal([]byte(line), &d); err != nil {
			t.Fatal(err)
		}
		declared[fmt.Sprint(d.Name, d.Opset)] = true
		s, _ := schemaOf(d.Name, d.Opset)
		if s == nil {
			t.Errorf("%s is not declared in opset %d", d.Name, d.Opset)
			continue
		}
		if d.Deprecated || s.deprecated {
			if d.Deprecated != s.deprecated {
				t.Errorf("%s, opset %d: deprecated is %v", d.Name, d.Opset, s.deprecated)
			}
			continue
		}
		if got, want := s.inputs, bounds(d.Inputs); got != want {
			t.Errorf("%s, opset %d: %v inputs, want %v", d.Name, d.Opset, got, want)
		}
		if got, want := s.outputs, bounds(d.Outputs); got != want {
			t.Errorf("%s, opset %d: %v outputs, want %v", d.Name, d.Opset, got, want)
		}
		if got, want := s.types, (signature{d.Types[0], d.Types[1]}); got != want {
			t.Errorf("%s, opset %d: types %v, want %v", d.Name, d.Opset, got, want)
		}
		var attributes []string
		for name, kind := range s.attributes {
			text := name + " " + strings.ReplaceAll(kind.String(), " ", "_")
			if slices.Contains(s.required, name) {
				text += "!"
			}
			attributes = append(attributes, text)
		}
		sort.Strings(attributes)
		if !slices.Equal(attributes, d.Attributes) {
			t.Errorf("%s, opset %d: attributes %q, want %q", d.Name, d.Opset, attributes, d.Attributes)
		}
	}
	for _, name := range names {
		for opset := OldestRead; opset <= newest; opset++ {
			if s, _ := schemaOf(name, opset); s != nil && !declared[fmt.Sprint(name, opset)] {
				t.Errorf("ONNX does not declare %s in opset %d", name, opset)
			}
		}
	}
}

func bounds(b [2]int) tally {
	if b[1] == math.MaxInt32 {
		b[1] = math.MaxInt
	}
	return tally{b[0], b[1]}
}

// TestEveryOperationThatIsReadHasASchema keeps the table complete.
func TestEveryOperationThatIsReadHasASchema(t *testing.T) {
	for name := range readers {
		if s, _ := schemaOf(name, NewestOpset); s == nil {
			t.Errorf("%s is read but not in schema.txt", name)
		}
	}
}

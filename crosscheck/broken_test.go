package crosscheck

import (
	"context"
	"encoding/json"
	"path/filepath"
	"testing"

	"github.com/alexconv/alexconv/convert"
	"github.com/alexconv/alexconv/ir"
)

// stricter are the models of onnxchecker/broken.py that the ONNX project's
// checker accepts and alexconv does not, with the reason.
var stricter = map[string]string{
	"future_opset": "nothing is known about what its operations mean",
}

// TestCheckFindsWhatONNXsCheckerRefuses asks both about each broken model.
func TestCheckFindsWhatONNXsCheckerRefuses(t *testing.T) {
	program := python(t, "onnx", "numpy")
	folder := t.TempDir()
	var said map[string]*string
	if err := json.Unmarshal(command(t, nil, program, "onnxchecker/broken.py", folder), &said); err != nil {
		t.Fatal(err)
	}
	refused := 0
	for name, complaint := range said {
		findings, err := convert.Check(context.Background(), filepath.Join(folder, name+".onnx"), convert.OpenOptions{})
		bad := err != nil
		for _, f := range findings {
			bad = bad || f.Severity == ir.SeverityError
		}
		switch {
		case complaint != nil && !bad:
			t.Errorf("%s: nothing is found; onnx.checker says: %s", name, *complaint)
		case complaint == nil && bad && stricter[name] == "":
			t.Errorf("%s: %v %v; onnx.checker accepts it", name, findings, err)
		}
		if complaint != nil {
			refused++
		}
	}
	if refused < 50 {
		t.Errorf("onnx.checker refuses only %d of %d models", refused, len(said))
	}
	t.Logf("onnx.checker refuses %d of %d models; so does check", refused, len(said))
}

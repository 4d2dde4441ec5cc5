package onnx

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// checkerScript prints one line for each file of a folder that onnx.checker
// refuses with full, strict shape inference, and at last how many it saw.
const checkerScript = `
import os, sys, onnx
folder = sys.argv[1]
names = sorted(os.listdir(folder))
for name in names:
    try:
        model = onnx.load(os.path.join(folder, name))
        onnx.checker.check_model(model, full_check=True)
        onnx.shape_inference.infer_shapes(model, check_type=True, strict_mode=True)
    except Exception as e:
        print(name, "refused:", " ".join(str(e).split()))
print("checked", len(names), "of opset", onnx.defs.onnx_opset_version())
`

// TestCheckerAccepts lets the ONNX project's own checker look at every
// operation in every opset that it knows.
func TestCheckerAccepts(t *testing.T) {
	python, newest := findChecker(t)
	folder := t.TempDir()
	files := 0
	add := func(name string, opset int, src []byte) {
		path := filepath.Join(folder, fmt.Sprintf("%s, opset %d.onnx", name, opset))
		if err := os.WriteFile(path, src, 0o644); err != nil {
			t.Fatal(err)
		}
		files++
	}
	for opset := OldestWrite; opset <= min(newest, NewestOpset); opset++ {
		for _, c := range opCases {
			if opset >= opsetLimit(c) {
				add(c.name, opset, write(t, c.graph(t), WriteOptions{Opset: opset}))
			}
		}
		add("net", opset, write(t, alexNet(t), WriteOptions{Opset: opset, Digest: "0", Version: "1"}))
		add("net of batch 7", opset, write(t, alexNet(t), WriteOptions{Opset: opset, Batch: 7}))
		add("net of any batch", opset, write(t, alexNet(t), WriteOptions{Opset: opset, DynamicBatch: true}))
	}
	out, err := exec.Command(python, "-c", checkerScript, folder).CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	lines := strings.Split(strings.TrimSpace(string(out)), "\n")
	if want := fmt.Sprintf("checked %d of opset %d", files, newest); lines[len(lines)-1] != want {
		t.Fatalf("the checker says %q, want %q", lines[len(lines)-1], want)
	}
	for _, line := range lines[:len(lines)-1] {
		t.Error(line)
	}
}

// findChecker gives a Python with the onnx package, and the newest opset that
// it knows.
func findChecker(t *testing.T) (python string, newest int) {
	for _, name := range []string{"python3", "/usr/bin/python3"} {
		out, err := exec.Command(name, "-c", "import onnx; print(onnx.defs.onnx_opset_version())").Output()
		if err != nil {
			continue
		}
		if _, err := fmt.Sscan(string(out), &newest); err == nil {
			return name, newest
		}
	}
	t.Skip("no python3 with the onnx package: onnx.checker was not asked")
	return "", 0
}

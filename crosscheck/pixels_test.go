package crosscheck

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/alexconv/alexconv/formats/npy"
	"github.com/alexconv/alexconv/ir"
	"github.com/alexconv/alexconv/pixels"
	"github.com/alexconv/alexconv/sample"
)

// statement is a way of preprocessing, in the words of pixels.py and in ours.
type statement struct {
	Name   string `json:"name"`
	Preset string `json:"preset"`
	Resize string `json:"resize,omitempty"`
	Crops  int    `json:"crops,omitempty"`
	Input  [3]int `json:"input"`
	// Picture is the name of a file.
	Picture string `json:"picture"`
}

func (s statement) tensor(folder string) (*ir.Tensor, error) {
	p, err := pixels.Preset(s.Preset)
	if err != nil {
		return nil, err
	}
	if s.Resize != "" {
		if p.Resize, err = pixels.ParseResize(s.Resize); err != nil {
			return nil, err
		}
	}
	p.Crops = s.Crops
	data, err := os.ReadFile(filepath.Join(folder, s.Picture))
	if err != nil {
		return nil, err
	}
	picture, err := pixels.Decode(data)
	if err != nil {
		return nil, err
	}
	return p.Tensor(picture, s.Input[0], s.Input[1], s.Input[2])
}

// TestNumpyAndPillowPreprocessTheSamplePictures: after a resize of Caffe's kind
// within a thousandth of a step of 8 bits, otherwise bit for bit.
func TestNumpyAndPillowPreprocessTheSamplePictures(t *testing.T) {
	program := python(t, "numpy", "PIL")
	folder := t.TempDir()
	var cases []statement
	for i, label := range sample.Labels() {
		data, err := sample.Image(label)
		if err != nil {
			t.Fatal(err)
		}
		picture := fmt.Sprintf("%d.png", i)
		if err := os.WriteFile(filepath.Join(folder, picture), data, 0o644); err != nil {
			t.Fatal(err)
		}
		cases = append(cases,
			statement{Preset: "caffe", Input: [3]int{3, 227, 227}},
			statement{Preset: "caffe", Input: [3]int{3, 227, 227}, Resize: "256"},
			statement{Preset: "caffe", Input: [3]int{3, 101, 140}},
			statement{Preset: "caffe", Input: [3]int{3, 199, 200}, Resize: "none", Crops: 10},
			statement{Preset: "torchvision", Input: [3]int{3, 224, 224}},
			statement{Preset: "torchvision", Input: [3]int{3, 64, 64}, Resize: "short:77"},
			statement{Preset: "tf_alexnet", Input: [3]int{3, 227, 227}},
			statement{Preset: "mnist", Input: [3]int{1, 28, 28}},
		)
		for j := range cases[8*i:] {
			cases[8*i+j].Name, cases[8*i+j].Picture = fmt.Sprintf("%d_%d", i, j), picture
		}
	}
	text, err := json.Marshal(cases)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(folder, "cases.json"), text, 0o644); err != nil {
		t.Fatal(err)
	}
	command(t, nil, program, "pixels.py", "expect", folder)
	for _, c := range cases {
		data, err := os.ReadFile(filepath.Join(folder, c.Name+".npy"))
		if err != nil {
			t.Fatal(err)
		}
		want, err := npy.ReadArray(data)
		if err != nil {
			t.Fatal(err)
		}
		got, err := c.tensor(folder)
		if err != nil {
			t.Fatal(err)
		}
		tolerance := float32(0)
		if c.Preset != "torchvision" && c.Resize != "none" {
			tolerance = 1e-3
		}
		if d := largestDifference(got, want); !(d <= tolerance) {
			t.Errorf("%+v: differs by %g, want at most %g", c, d, tolerance)
		}
	}
}

// largestDifference is infinite between shapes.
func largestDifference(a, b *ir.Tensor) float32 {
	if !a.Shape.Equal(b.Shape) {
		return 1 << 30
	}
	largest := float32(0)
	for i, v := range a.Data {
		largest = max(largest, v-b.Data[i], b.Data[i]-v)
	}
	return largest
}

// TestStatementOfBilinearIsOpenCVs holds pixels.py itself against the resize
// that Caffe's C++ programs call.
func TestStatementOfBilinearIsOpenCVs(t *testing.T) {
	program := python(t, "numpy", "PIL", "cv2")
	out := strings.TrimSpace(string(command(t, nil, program, "pixels.py", "opencv", "../testdata/pixels/rgb.png")))
	if d, err := strconv.ParseFloat(out, 64); err != nil || d > 1e-3 {
		t.Errorf("cv2.resize differs by %s of 255, %v", out, err)
	}
}

// TestCommittedExpectationsAreTheScripts: testdata/pixels holds what pixels.py
// computes.
func TestCommittedExpectationsAreTheScripts(t *testing.T) {
	program := python(t, "numpy", "PIL")
	folder := t.TempDir()
	if err := os.CopyFS(folder, os.DirFS("../testdata/pixels")); err != nil {
		t.Fatal(err)
	}
	command(t, nil, program, "pixels.py", "expect", folder)
	files, err := filepath.Glob(filepath.Join(folder, "*.npy"))
	if err != nil || len(files) == 0 {
		t.Fatalf("%d arrays: %v", len(files), err)
	}
	for _, path := range files {
		got, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		want, err := os.ReadFile(filepath.Join("../testdata/pixels", filepath.Base(path)))
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, want) {
			t.Errorf("%s is not what pixels.py computes", filepath.Base(path))
		}
	}
}

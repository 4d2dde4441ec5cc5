package pixels_test

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/alexconv/alexconv/formats/npy"
	"github.com/alexconv/alexconv/ir"
	"github.com/alexconv/alexconv/pixels"
)

// statement is a case of testdata/pixels/cases.json, whose expected array
// crosscheck/pixels.py computed with numpy and Pillow.
type statement struct {
	Name      string    `json:"name"`
	Picture   string    `json:"picture"`
	Input     [3]int    `json:"input"`
	Preset    string    `json:"preset"`
	Resize    string    `json:"resize"`
	Crop      string    `json:"crop"`
	Crops     int       `json:"crops"`
	Order     string    `json:"order"`
	Mean      []float32 `json:"mean"`
	MeanImage string    `json:"mean_image"`
	Scale     float32   `json:"scale"`
	Tolerance float64   `json:"tolerance"` // for decoders that round differently
}

const folder = "../testdata/pixels"

// preprocess is the case in this package's words.
func (s statement) preprocess() (p pixels.Preprocess, err error) {
	if p, err = pixels.Preset(s.Preset); err != nil {
		return p, err
	}
	if s.Resize != "" {
		if p.Resize, err = pixels.ParseResize(s.Resize); err != nil {
			return p, err
		}
	}
	if s.Crop != "" {
		if p.Crop, err = pixels.ParseCrop(s.Crop); err != nil {
			return p, err
		}
	}
	if s.Order != "" {
		if p.Order, err = pixels.ParseOrder(s.Order); err != nil {
			return p, err
		}
	}
	if s.Mean != nil {
		p.Mean = pixels.Mean{Values: s.Mean}
	}
	if s.MeanImage != "" {
		t, err := readArray(filepath.Join(folder, s.MeanImage))
		if err != nil {
			return p, err
		}
		if p.Mean, err = pixels.NewMean(t); err != nil {
			return p, err
		}
	}
	if s.Scale != 0 {
		p.Scale = s.Scale
	}
	p.Crops = s.Crops
	return p, nil
}

// resizes reports whether samples are interpolated in floating point, whose
// last bits are not stated.
func (s statement) resizes(p pixels.Preprocess) bool {
	return p.Convention == pixels.CaffeConvention && p.Resize.Kind != pixels.NoResize
}

func readArray(path string) (*ir.Tensor, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	return npy.ReadArray(data)
}

func tensorOf(p pixels.Preprocess, path string, input [3]int) (*ir.Tensor, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	picture, err := pixels.Decode(data)
	if err != nil {
		return nil, err
	}
	return p.Tensor(picture, input[0], input[1], input[2])
}

// TestNumpyAndPillowStateTheSame: equal bit for bit, except that Caffe's
// resized samples may differ by a ten-thousandth of a step of 8 bits, and those
// of JPEG and lossy WebP, whose decoders round, by three steps.
func TestNumpyAndPillowStateTheSame(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(folder, "cases.json"))
	if err != nil {
		t.Fatal(err)
	}
	var cases []statement
	if err := json.Unmarshal(text, &cases); err != nil || len(cases) == 0 {
		t.Fatalf("%d cases: %v", len(cases), err)
	}
	for _, s := range cases {
		t.Run(s.Name, func(t *testing.T) {
			p, err := s.preprocess()
			if err != nil {
				t.Fatal(err)
			}
			got, err := tensorOf(p, filepath.Join(folder, s.Picture), s.Input)
			if err != nil {
				t.Fatal(err)
			}
			want, err := readArray(filepath.Join(folder, s.Name+".npy"))
			if err != nil {
				t.Fatal(err)
			}
			tolerance := s.Tolerance
			if tolerance == 0 && (s.resizes(p) || p.Mean.PerPicture) {
				tolerance = 1e-4
			}
			if err := near(got, want, tolerance); err != nil {
				t.Error(err)
			}
		})
	}
}

func near(got, want *ir.Tensor, tolerance float64) error {
	if !got.Shape.Equal(want.Shape) {
		return fmt.Errorf("shape %v, want %v", got.Shape, want.Shape)
	}
	for i, v := range got.Data {
		if d := math.Abs(float64(v - want.Data[i])); !(d <= tolerance) {
			return fmt.Errorf("value %d of %v is %v, want %v (tolerance %g)", i, got.Shape, v, want.Data[i], tolerance)
		}
	}
	return nil
}

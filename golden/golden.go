// Package golden keeps what a model computed, to hold later models against it.
//
// A golden file is an .npz archive as numpy reads it: a float32 array for each
// value under the value's name, inputs included, and the JSON of a [Record] as
// bytes under [Key]. The same values give the same bytes.
package golden

import (
	"bytes"
	"encoding/json"
	"io"
	"slices"

	"github.com/alexconv/alexconv/formats/npy"
	"github.com/alexconv/alexconv/ir"
)

// Key is the entry that holds the [Record].
const Key = "alexconv.golden"

// Schema is the version of the [Record].
const Schema = 1

// Record says what the values of a golden file are.
type Record struct {
	Schema int `json:"schema"`
	// Digest is that of the model (see [ir.Digest]), in hexadecimal.
	Digest string `json:"digest"`
	// Inputs and Outputs are the names of the graph's inputs and outputs; whatever
	// else the file holds lies between them.
	Inputs  []string `json:"inputs"`
	Outputs []string `json:"outputs"`
	// Fed says where the inputs come from, such as "seed 3"; Preprocess how pictures
	// became numbers, empty where there were none.
	Fed        string `json:"fed"`
	Preprocess string `json:"preprocess,omitempty"`
	// Tolerance is what later models are held to, in verify's terms.
	Tolerance string `json:"tolerance"`
	Engine    string `json:"engine"`
	Winograd  bool   `json:"winograd"`
}

// File is a golden file. Values have the order of the graph.
type File struct {
	Record
	Values []npy.NamedTensor
}

// Write writes the file.
func (f *File) Write(w io.Writer) error {
	text, err := json.MarshalIndent(f.Record, "", "  ")
	if err != nil {
		return err
	}
	z := npy.NewNPZWriter(w)
	if err := z.WriteText(Key, string(text)+"\n"); err != nil {
		return err
	}
	for _, v := range f.Values {
		if err := z.Write(v.Name, v.Tensor); err != nil {
			return err
		}
	}
	return z.Close()
}

// Read reads a golden file, or the arrays of any other .npz, whose Record is then
// zero. It is [ir.ErrInvalid] for a record that is damaged or that names values
// which are not there, and [ir.ErrUnsupported] for one of a later version.
func Read(data []byte) (*File, error) {
	arrays, err := npy.ReadNPZ(data, ir.Limits{})
	if err != nil {
		return nil, err
	}
	f := new(File)
	names := make(map[string]bool)
	for _, a := range arrays {
		if a.Name == Key {
			if f.Record, err = readRecord(a.Tensor); err != nil {
				return nil, err
			}
			continue
		}
		names[a.Name] = true
		f.Values = append(f.Values, a)
	}
	for _, name := range slices.Concat(f.Inputs, f.Outputs) {
		if !names[name] {
			return nil, ir.Errorf(ir.ErrInvalid, "golden record: value %q is not in the file", name)
		}
	}
	return f, nil
}

// readRecord reads the JSON whose bytes are a tensor's elements.
func readRecord(t *ir.Tensor) (Record, error) {
	text := make([]byte, len(t.Data))
	for i, v := range t.Data {
		if !(v >= 0 && v <= 255) {
			return Record{}, ir.Errorf(ir.ErrInvalid, "golden record: element %d is %g, not a byte", i, v)
		}
		text[i] = byte(v)
	}
	var version struct{ Schema int }
	if err := json.Unmarshal(text, &version); err != nil {
		return Record{}, ir.Errorf(ir.ErrInvalid, "golden record: %w", err)
	}
	if version.Schema < 1 || version.Schema > Schema {
		return Record{}, ir.Errorf(ir.ErrUnsupported, "golden record: schema %d is not known (1 to %d are); record again", version.Schema, Schema)
	}
	var r Record
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(&r); err != nil {
		return Record{}, ir.Errorf(ir.ErrInvalid, "golden record: %w", err)
	}
	return r, nil
}

// Golden reports whether the file has a record.
func (f *File) Golden() bool { return f.Schema > 0 }

// Tensors maps the values' names to them.
func (f *File) Tensors() map[string]*ir.Tensor {
	m := make(map[string]*ir.Tensor, len(f.Values))
	for _, v := range f.Values {
		m[v.Name] = v.Tensor
	}
	return m
}

// InputsFor gives the recorded inputs by the names that a graph has for its own:
// the same, except that single ones need not agree.
func (f *File) InputsFor(g *ir.Graph) (map[string]*ir.Tensor, error) {
	values, wanted := f.Tensors(), g.Inputs()
	inputs := make(map[string]*ir.Tensor)
	if len(wanted) == 1 && len(f.Inputs) == 1 {
		inputs[wanted[0].Name] = values[f.Inputs[0]]
		return inputs, nil
	}
	for _, v := range wanted {
		if !slices.Contains(f.Inputs, v.Name) {
			return nil, ir.Errorf(ir.ErrInvalid, "the model has an input %q, the recorded ones are %q", v.Name, f.Inputs)
		}
		inputs[v.Name] = values[v.Name]
	}
	return inputs, nil
}

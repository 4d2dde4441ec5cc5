package npy

import (
	"regexp"
	"strconv"
	"strings"

	"github.com/alexconv/alexconv/ir"
)

// entry is one layer of a weights file. Its arrays are named by role, or by
// position where the file has a list.
type entry struct {
	name       string
	roles      []string
	arrays     []*array
	positional bool
}

// weightsFile is the content of a weights file.
type weightsFile struct {
	entries []*entry // in the file's order
	// blobs says that roles are indices of Caffe's blobs, in Caffe's layout.
	blobs bool
}

// readWeights parses a pickled dict or an archive.
func readWeights(data []byte, o ReadOptions) (*weightsFile, error) {
	switch Detect(data) {
	case NPY:
		return readPickled(data, o)
	case NPZ:
		arrays, err := readArchive(data, o.Limits.OrDefaults())
		if err != nil {
			return nil, err
		}
		return collect(arrays, o)
	}
	return nil, ir.Errorf(ir.ErrInvalid, "neither a .npy nor an .npz file")
}

// readPickled parses the dict inside an object array of no axes.
func readPickled(data []byte, o ReadOptions) (*weightsFile, error) {
	h, rest, err := readHeader(data)
	if err != nil {
		return nil, err
	}
	if h.dtype.kind != 'O' || h.shape.Elements() != 1 {
		return nil, ir.Errorf(ir.ErrInvalid,
			"npy: an array of dtype %v and shape %v is not a dict of weights", h.dtype, h.shape)
	}
	object, rest, err := unpickle(rest, o.Limits.OrDefaults())
	if err != nil {
		return nil, ir.Errorf(ir.ErrInvalid, "npy: %w", err)
	}
	if len(rest) > 0 {
		return nil, ir.Errorf(ir.ErrInvalid, "npy: %d bytes follow the pickle", len(rest))
	}
	outer, ok := object.(*ndarray)
	if !ok || len(outer.objects) != 1 {
		return nil, ir.Errorf(ir.ErrInvalid, "npy: the pickle holds %s, not an array of one object", describe(object))
	}
	root, ok := outer.objects[0].(*dict)
	if !ok {
		return nil, ir.Errorf(ir.ErrInvalid, "npy: the pickle holds %s, not a dict of weights", describe(outer.objects[0]))
	}
	return dictEntries(root, o)
}

// dictEntries reads {layer: {role: array}}, {layer: [array, ...]},
// {"layer/role": array} and {"weights": {layer: array}, "biases": {...}}.
func dictEntries(root *dict, o ReadOptions) (*weightsFile, error) {
	if byRole := rolesFirst(root); byRole != nil {
		return collect(byRole, o)
	}
	f := &weightsFile{}
	var flat []*array
	for i, name := range root.keys {
		if a, ok := root.values[i].(*ndarray); ok && a.array != nil {
			flat = append(flat, a.array.named(name))
			continue
		}
		e, err := newEntry(name, root.values[i])
		if err != nil {
			return nil, ir.Errorf(ir.ErrInvalid, "npy: entry %q %w", clip(name), err)
		}
		f.entries = append(f.entries, e)
	}
	if len(flat) == 0 {
		return f, nil
	}
	more, err := collect(flat, o)
	if err != nil {
		return nil, err
	}
	more.entries = append(f.entries, more.entries...)
	return more, nil
}

// newEntry reads a layer's {role: array} or [array, ...].
func newEntry(name string, value any) (*entry, error) {
	e := &entry{name: name}
	var items []any
	if d, ok := value.(*dict); ok {
		items = d.values
		for _, role := range d.keys {
			e.roles = append(e.roles, canonicalRole(role))
		}
	} else {
		var err error
		if items, err = sequence(value); err != nil {
			return nil, ir.Errorf(ir.ErrInvalid, "is %s, not a dict or a list of arrays", describe(value))
		}
		e.positional = true
		for i := range items {
			e.roles = append(e.roles, strconv.Itoa(i))
		}
	}
	for i, item := range items {
		a, ok := item.(*ndarray)
		if !ok || a.array == nil {
			return nil, ir.Errorf(ir.ErrInvalid, "holds %s as %q, not an array of numbers", describe(item), clip(e.roles[i]))
		}
		e.arrays = append(e.arrays, a.array.named(name+"/"+e.roles[i]))
	}
	return e, nil
}

// named is the array under a name; a memoized array may have several.
func (a *array) named(name string) *array {
	c := *a
	c.name = name
	return &c
}

// rolesFirst gives the arrays of {"weights": {layer: array}, "biases": {...}}
// as layer/role, or nil where the dict is not of that form.
func rolesFirst(root *dict) []*array {
	if len(root.keys) != 2 {
		return nil
	}
	var arrays []*array
	for i, key := range root.keys {
		role := canonicalRole(key)
		inner, ok := root.values[i].(*dict)
		if !ok || role != roleWeights && role != roleBiases {
			return nil
		}
		for j, name := range inner.keys {
			a, ok := inner.values[j].(*ndarray)
			if !ok || a.array == nil {
				return nil
			}
			if m := prefixed.FindStringSubmatch(name); m != nil && canonicalRole(m[1]) == role {
				name = m[2]
			}
			arrays = append(arrays, a.array.named(name+"/"+role))
		}
	}
	return arrays
}

// roleNames gives the spellings of roles found in the field, beside their own.
var roleNames = map[string]string{
	"W": roleWeights, "w": roleWeights, "weight": roleWeights, "kernel": roleWeights,
	"b": roleBiases, "bias": roleBiases,
	"moving_mean": roleMean, "moving_variance": roleVariance,
	"gamma": roleScale, "beta": roleOffset,
}

func canonicalRole(name string) string {
	if role, ok := roleNames[name]; ok {
		return role
	}
	return name
}

// prefixed is a name that has the role in front: wc1, bc1, wd2, bout.
var prefixed = regexp.MustCompile(`^([wb])([cd]\d+|out)$`)

// collect groups arrays whose names hold layer and role: layer/role or, for
// arrays without a slash, what the map says or a name such as wc1 and bc1.
func collect(arrays []*array, o ReadOptions) (*weightsFile, error) {
	f := &weightsFile{}
	entries := make(map[string]*entry)
	indexed := 0
	for _, a := range arrays {
		name := a.name
		if mapped, ok := o.Map[name]; ok {
			name = mapped
		}
		slash := strings.LastIndexByte(name, '/')
		layerName, role := name[:max(slash, 0)], name[slash+1:]
		if slash < 0 {
			m := prefixed.FindStringSubmatch(name)
			if m == nil {
				return nil, ir.Errorf(ir.ErrInvalid, "array %q names no layer: LAYER/weights or LAYER/biases is expected, or a mapping to one", clip(name))
			}
			role, layerName = m[1], m[2]
		}
		role = canonicalRole(role)
		if _, err := strconv.ParseUint(role, 10, 16); err == nil {
			indexed++
		}
		e := entries[layerName]
		if e == nil {
			e = &entry{name: layerName}
			entries[layerName] = e
			f.entries = append(f.entries, e)
		}
		e.roles = append(e.roles, role)
		e.arrays = append(e.arrays, a)
	}
	if indexed != 0 && indexed != len(arrays) {
		return nil, ir.Errorf(ir.ErrInvalid, "some arrays are named LAYER/INDEX and others LAYER/ROLE: the layout is ambiguous")
	}
	f.blobs = indexed != 0
	return f, nil
}

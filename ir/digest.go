package ir

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"runtime"
	"slices"
	"sync"
)

// Digest is the SHA-256 of a model's canonical structure, attributes and
// weights. It does not depend on the format, on the order of nodes, on names
// of layers, blobs or files, on operations that pass their input through
// (splits, dropout), on a flattening right before a fully connected layer, on
// the batch size that the inputs declare, or on how a weight matrix is stored.
//
// Each value hashes its operation, canonical attributes, weights and the
// hashes of its inputs; the digest covers the sorted hashes of all nodes and
// of the outputs. The graph must have weights ([ErrNoWeights] otherwise), and
// files that they are views of must not become shorter ([ErrChanged]).
func Digest(g *Graph) (string, error) {
	d, err := newDigester(g)
	if err != nil {
		return "", err
	}
	var nodes, outputs [][]byte
	for _, n := range g.Nodes {
		if sum := d.node[n]; sum != nil {
			nodes = append(nodes, sum)
		}
	}
	for _, v := range g.Outputs {
		outputs = append(outputs, d.value[v])
	}
	h := sha256.New()
	for _, list := range [][][]byte{nodes, outputs} {
		slices.SortFunc(list, bytes.Compare)
		fmt.Fprintf(h, "%d\n", len(list))
		for _, sum := range list {
			h.Write(sum)
		}
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

// LayerDigest is the digest of one node by itself: operation, canonical
// attributes and weights, whatever feeds it.
type LayerDigest struct {
	Node   *Node
	Digest string // 64 hexadecimal digits
}

// LayerDigests gives the digest of every node that counts towards [Digest], in
// node order.
func LayerDigests(g *Graph) ([]LayerDigest, error) {
	d, err := newDigester(g)
	if err != nil {
		return nil, err
	}
	var list []LayerDigest
	for _, n := range g.Nodes {
		if d.node[n] != nil {
			list = append(list, LayerDigest{n, hex.EncodeToString(d.local[n])})
		}
	}
	return list, nil
}

type digester struct {
	shapes    Shapes
	producers map[*Value]*Node
	tensors   map[tensorKey][]byte
	local     map[*Node][]byte  // operation, attributes, weights
	node      map[*Node][]byte  // local and the inputs' hashes
	value     map[*Value][]byte // node and output index
}

func newDigester(g *Graph) (*digester, error) {
	shapes, err := g.Validate()
	if err != nil {
		return nil, err
	}
	if err := g.CheckWeights(); err != nil {
		return nil, err
	}
	tensors, err := hashTensors(g)
	if err != nil {
		return nil, err
	}
	d := &digester{
		shapes:    shapes,
		producers: g.Producers(),
		tensors:   tensors,
		local:     make(map[*Node][]byte),
		node:      make(map[*Node][]byte),
		value:     make(map[*Value][]byte),
	}
	inputs := 0
	for _, n := range g.Nodes {
		if PassesThrough(n.Op) {
			for _, v := range n.Outputs {
				d.value[v] = d.value[n.Inputs[0]]
			}
			continue
		}
		d.local[n] = d.hashLocal(n)
		h := sha256.New()
		h.Write(d.local[n])
		if _, ok := n.Op.(*Input); ok {
			fmt.Fprintf(h, "input %d\n", inputs)
			inputs++
		}
		for _, v := range d.effectiveInputs(n) {
			h.Write(d.value[v])
		}
		d.node[n] = h.Sum(nil)
		for i, v := range n.Outputs {
			sum := sha256.Sum256(fmt.Appendf(slices.Clone(d.node[n]), "output %d\n", i))
			d.value[v] = sum[:]
		}
	}
	d.dropSkipped(g)
	return d, nil
}

// dropSkipped takes nodes out of the count that serve only as a flattening
// which a fully connected layer does by itself, and silences.
func (d *digester) dropSkipped(g *Graph) {
	read := make(map[*Value]bool)
	for _, v := range g.Outputs {
		read[d.source(v)] = true
	}
	for _, n := range slices.Backward(g.Nodes) {
		_, silence := n.Op.(*Silence)
		if silence || isView(n.Op) && !read[n.Outputs[0]] {
			delete(d.node, n)
			continue
		}
		if !PassesThrough(n.Op) {
			for _, v := range d.effectiveInputs(n) {
				read[d.source(v)] = true
			}
		}
	}
}

// source is the value that v equals, before operations that pass it through.
func (d *digester) source(v *Value) *Value {
	for p := d.producers[v]; PassesThrough(p.Op); p = d.producers[v] {
		v = p.Inputs[0]
	}
	return v
}

func isView(op Op) bool {
	switch op.(type) {
	case *Flatten, *Reshape:
		return true
	}
	return false
}

// effectiveInputs are the node's inputs, except that a fully connected layer
// reads the value before a flattening that it does by itself.
func (d *digester) effectiveInputs(n *Node) []*Value {
	fc, ok := n.Op.(*FullyConnected)
	if !ok {
		return n.Inputs
	}
	v := n.Inputs[0]
	axis, _ := Axis(fc.Axis, len(d.shapes[v]))
	for {
		p := d.producers[v]
		if !PassesThrough(p.Op) && !isView(p.Op) {
			return []*Value{v}
		}
		before := d.shapes[p.Inputs[0]]
		if len(before) <= axis || !before[:axis].Equal(d.shapes[v][:axis]) {
			return []*Value{v}
		}
		v = p.Inputs[0]
	}
}

func (d *digester) hashLocal(n *Node) []byte {
	in := d.shapes.Of(d.effectiveInputs(n))
	op := n.Op.canonical(in)
	h := sha256.New()
	fmt.Fprintf(h, "%s\n", op.Type())
	for _, a := range Attributes(op) {
		fmt.Fprintf(h, "%s=%s\n", a.Name, a.Value)
	}
	for i, t := range n.Params {
		h.Write(d.tensors[tensorKey{t, i == 0 && storedTransposed(n.Op)}])
	}
	return h.Sum(nil)
}

// tensorKey is a tensor and whether it is hashed transposed.
type tensorKey struct {
	tensor     *Tensor
	transposed bool
}

func storedTransposed(op Op) bool {
	fc, ok := op.(*FullyConnected)
	return ok && fc.Transposed
}

// hashTensors hashes every distinct parameter, several at a time.
func hashTensors(g *Graph) (map[tensorKey][]byte, error) {
	sums := make(map[tensorKey][]byte)
	var keys []tensorKey
	for _, n := range g.Nodes {
		for i, t := range n.Params {
			key := tensorKey{t, i == 0 && storedTransposed(n.Op)}
			if _, ok := sums[key]; !ok {
				sums[key] = nil
				keys = append(keys, key)
			}
		}
	}
	var (
		group sync.WaitGroup
		mutex sync.Mutex
		fault error
		slots = make(chan struct{}, runtime.GOMAXPROCS(0))
	)
	for _, key := range keys {
		slots <- struct{}{}
		group.Go(func() {
			var sum []byte
			err := CatchFaults(func() error { sum = hashTensor(key); return nil })
			mutex.Lock()
			sums[key] = sum
			fault = cmp.Or(fault, err)
			mutex.Unlock()
			<-slots
		})
	}
	group.Wait()
	return sums, fault
}

// hashTensor hashes shape and values as little-endian float32, bit for bit.
func hashTensor(key tensorKey) []byte {
	h := sha256.New()
	t := key.tensor
	if !key.transposed {
		fmt.Fprintf(h, "%v\n", t.Shape)
		h.Write(BytesOf(t.Data))
		return h.Sum(nil)
	}
	rows, columns := t.Shape[0], t.Shape[1]
	fmt.Fprintf(h, "%v\n", Shape{columns, rows})
	column := make([]float32, rows)
	for j := range columns {
		for i := range column {
			column[i] = t.Data[i*columns+j]
		}
		h.Write(BytesOf(column))
	}
	return h.Sum(nil)
}

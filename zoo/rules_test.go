package zoo

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/alexconv/alexconv/ir"
)

func TestFigures(t *testing.T) {
	for name, want := range map[string]Figures{
		"bvlc_alexnet":        {ir.Shape{1, 3, 227, 227}, 1000, 60965224},
		"caffenet":            {ir.Shape{1, 3, 227, 227}, 1000, 60965224},
		"krizhevsky2012":      {ir.Shape{1, 3, 224, 224}, 1000, 60965224},
		"tf_alexnet":          {ir.Shape{1, 3, 227, 227}, 1000, 60965224},
		"mnist_alexnet":       {ir.Shape{1, 1, 28, 28}, 10, 5624842},
		"tflearn_alexnet":     {ir.Shape{1, 3, 227, 227}, 17, 87711121},
		"torchvision_alexnet": {ir.Shape{1, 3, 224, 224}, 1000, 61100840},
	} {
		n, err := Find(name)
		if err != nil {
			t.Error(err)
			continue
		}
		got, err := n.Figures()
		if err != nil {
			t.Error(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

func TestNormalisation(t *testing.T) {
	const caffe = float32(2e-5)
	for name, want := range map[string]struct {
		count int
		norm  ir.LRN
	}{
		"bvlc_alexnet":    {2, ir.LRN{Size: 5, C: caffe, Beta: .75, K: 1}},
		"caffenet":        {2, ir.LRN{Size: 5, C: caffe, Beta: .75, K: 1}},
		"krizhevsky2012":  {4, ir.LRN{Size: 5, C: 1e-4, Beta: .75, K: 2}}, // 2 per tower
		"tf_alexnet":      {2, ir.LRN{Size: 5, C: caffe, Beta: .75, K: 1}},
		"mnist_alexnet":   {3, ir.LRN{Size: 9, C: .001 / 9, Beta: .75, K: 1}},
		"tflearn_alexnet": {3, ir.LRN{Size: 11, C: 1e-4, Beta: .75, K: 1}},
	} {
		var found []ir.LRN
		for _, n := range mustFind(t, name).Build().Nodes {
			if norm, ok := n.Op.(*ir.LRN); ok {
				found = append(found, *norm)
			}
		}
		if diff := cmp.Diff(slices.Repeat([]ir.LRN{want.norm}, want.count), found); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

func TestGroups(t *testing.T) {
	two := []int{1, 2, 1, 2, 2}
	one := []int{1, 1, 1, 1, 1}
	for name, want := range map[string][]int{
		"bvlc_alexnet":        two,
		"caffenet":            two,
		"krizhevsky2012":      two,
		"tf_alexnet":          two,
		"mnist_alexnet":       {1, 1, 1},
		"tflearn_alexnet":     one,
		"torchvision_alexnet": one,
	} {
		var got []int
		for _, n := range mustFind(t, name).Build().Nodes {
			if c, ok := n.Op.(*ir.Conv); ok {
				got = append(got, c.Group)
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: groups %v, want %v", name, got, want)
		}
	}
}

func TestOrderOfLayers(t *testing.T) {
	const (
		conv3to5 = "conv3 relu3 conv4 relu4 conv5 relu5 pool5 "
		dropped  = "fc6 relu6 drop6 fc7 relu7 drop7 fc8 prob"
	)
	for name, want := range map[string]string{
		"bvlc_alexnet": "data conv1 relu1 norm1 pool1 conv2 relu2 norm2 pool2 " + conv3to5 + dropped,
		"caffenet":     "data conv1 relu1 pool1 norm1 conv2 relu2 pool2 norm2 " + conv3to5 + dropped,
		"krizhevsky2012": "data conv1 relu1 norm1_slice norm1a norm1b norm1 pool1 " +
			"conv2 relu2 norm2_slice norm2a norm2b norm2 pool2 " + conv3to5 + dropped,
		"tf_alexnet": "data conv1 relu1 norm1 pool1 conv2 relu2 norm2 pool2 " + conv3to5 +
			"fc6 relu6 fc7 relu7 fc8 prob",
		"mnist_alexnet": "data conv1 relu1 pool1 norm1 drop1 conv2 relu2 pool2 norm2 drop2 " +
			"conv3 relu3 pool3 norm3 drop3 fc1 relu_fc1 fc2 relu_fc2 fc3",
		"tflearn_alexnet": "data conv1 relu1 pool1 norm1 conv2 relu2 pool2 norm2 " + conv3to5 +
			"norm5 fc6 tanh6 drop6 fc7 tanh7 drop7 fc8 prob",
		"torchvision_alexnet": "data conv1 relu1 pool1 conv2 relu2 pool2 " + conv3to5 +
			"avgpool drop6 fc6 relu6 drop7 fc7 relu7 fc8",
	} {
		var got []string
		for _, n := range mustFind(t, name).Build().Nodes {
			got = append(got, n.Name)
		}
		if diff := cmp.Diff(strings.Fields(want), got); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

// TestNamesSayWhatTheLayersAre holds the kinds behind the names that the order
// is told by.
func TestNamesSayWhatTheLayersAre(t *testing.T) {
	kinds := []struct{ prefix, kind string }{
		{"data", "Input"}, {"conv", "Conv"}, {"relu", "ReLU"}, {"tanh", "Tanh"}, {"pool", "Pool"}, {"avgpool", "Pool"},
		{"drop", "Dropout"}, {"fc", "FullyConnected"}, {"prob", "Softmax"},
	}
	for _, net := range Nets() {
		for _, n := range net.Build().Nodes {
			if strings.HasPrefix(n.Name, "norm") {
				continue
			}
			i := slices.IndexFunc(kinds, func(k struct{ prefix, kind string }) bool { return strings.HasPrefix(n.Name, k.prefix) })
			if i < 0 || kinds[i].kind != n.Op.Type() {
				t.Errorf("%s: layer %s is a %s", net.Name, n.Name, n.Op.Type())
			}
		}
	}
}

func TestTheTowersOfNormalisationAreSlicedApart(t *testing.T) {
	g := krizhevsky2012.Build()
	shapes, err := g.Infer(nil)
	if err != nil {
		t.Fatal(err)
	}
	producers := g.Producers()
	for norm, half := range map[string]int{"norm1": 48, "norm2": 128} {
		joined := producers[g.Value(norm)]
		if len(joined.Inputs) != 2 {
			t.Fatalf("%s joins %d towers", norm, len(joined.Inputs))
		}
		for i, v := range joined.Inputs {
			tower := producers[v]
			if _, ok := tower.Op.(*ir.LRN); !ok || shapes[v][1] != half {
				t.Errorf("%s: tower %d is a %s of %v, want an LRN over %d channels", norm, i, tower.Op.Type(), shapes[v], half)
			}
			slice := producers[tower.Inputs[0]]
			if tower.Inputs[0] != slice.Outputs[i] {
				t.Errorf("%s: tower %d does not read slice %d", norm, i, i)
			}
		}
	}
}

func TestPoolsRoundAsTheirFrameworkDoes(t *testing.T) {
	for name, ceil := range map[string]bool{
		"bvlc_alexnet": true, "caffenet": true, "krizhevsky2012": true,
		"tf_alexnet": false, "mnist_alexnet": false, "tflearn_alexnet": false, "torchvision_alexnet": false,
	} {
		for _, n := range mustFind(t, name).Build().Nodes {
			if p, ok := n.Op.(*ir.Pool); ok && p.Ceil != ceil {
				t.Errorf("%s: %s rounds up: %v", name, n.Name, p.Ceil)
			}
		}
	}
}

func TestWhoPadsSAME(t *testing.T) {
	for name, want := range map[string]struct{ conv, pool ir.Same }{
		"bvlc_alexnet":        {ir.Explicit, ir.Explicit},
		"caffenet":            {ir.Explicit, ir.Explicit},
		"krizhevsky2012":      {ir.Explicit, ir.Explicit},
		"tf_alexnet":          {ir.SameUpper, ir.Explicit},
		"mnist_alexnet":       {ir.SameUpper, ir.SameUpper},
		"tflearn_alexnet":     {ir.SameUpper, ir.SameUpper},
		"torchvision_alexnet": {ir.Explicit, ir.Explicit},
	} {
		for _, n := range mustFind(t, name).Build().Nodes {
			switch op := n.Op.(type) {
			case *ir.Conv:
				if op.Same != want.conv {
					t.Errorf("%s: %s pads %v, want %v", name, n.Name, op.Same, want.conv)
				}
			case *ir.Pool:
				if op.Same != want.pool {
					t.Errorf("%s: %s pads %v, want %v", name, n.Name, op.Same, want.pool)
				}
			}
		}
	}
}

// TestOneSeedIsOneSetOfWeights holds that nets between which people exchange
// weights have all that seeded weights depend on in common.
func TestOneSeedIsOneSetOfWeights(t *testing.T) {
	type param struct {
		layer string
		shape ir.Shape
	}
	params := func(n Net) []param {
		var list []param
		g := n.Build()
		shapes, err := g.Validate()
		if err != nil {
			t.Fatal(err)
		}
		for _, node := range g.Nodes {
			s, err := node.Op.Infer(shapes.Of(node.Inputs))
			if err != nil {
				t.Fatal(err)
			}
			for _, p := range s.Params {
				list = append(list, param{node.Name, p.Shape})
			}
		}
		return list
	}
	want := params(bvlcAlexNet)
	for _, n := range []Net{caffeNet, krizhevsky2012, tfAlexNet} {
		if diff := cmp.Diff(want, params(n), cmp.AllowUnexported(param{})); diff != "" {
			t.Errorf("%s: %s", n.Name, diff)
		}
		if n.HeadGain != bvlcAlexNet.HeadGain {
			t.Errorf("%s: head gain %v, bvlc_alexnet has %v", n.Name, n.HeadGain, bvlcAlexNet.HeadGain)
		}
	}
}

func mustFind(t *testing.T, name string) Net {
	t.Helper()
	n, err := Find(name)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

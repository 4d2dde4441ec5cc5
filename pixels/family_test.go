package pixels_test

import (
	"testing"

	"github.com/alexconv/alexconv/ir"
	"github.com/alexconv/alexconv/pixels"
	"github.com/alexconv/alexconv/zoo"
)

func TestFamiliesOfTheZoo(t *testing.T) {
	want := map[string]string{
		"bvlc_alexnet":        "caffe",
		"caffenet":            "caffe",
		"krizhevsky2012":      "caffe",
		"tf_alexnet":          "tf_alexnet",
		"mnist_alexnet":       "unit",
		"tflearn_alexnet":     "unit",
		"torchvision_alexnet": "torchvision",
	}
	for _, net := range zoo.Nets() {
		got := pixels.Family(net.Build())
		if got != want[net.Name] {
			t.Errorf("%s: %q, want %q", net.Name, got, want[net.Name])
		}
		if _, err := pixels.Preset(got); err != nil {
			t.Error(err)
		}
	}
}

func TestFamilyOfGreyNets(t *testing.T) {
	g := &ir.Graph{Nodes: []*ir.Node{{Name: "data", Op: &ir.Input{Shape: ir.Shape{64, 1, 28, 28}}}}}
	if got := pixels.Family(g); got != "mnist" {
		t.Errorf("a grey input without normalisation is LeNet's: %q", got)
	}
	if got := pixels.Family(&ir.Graph{}); got != "caffe" {
		t.Errorf("no layers: %q", got)
	}
}

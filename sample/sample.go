// Package sample embeds a small AlexNet that was really trained, its pictures
// and what Caffe computed for them; see ORIGIN.md.
package sample

import (
	"embed"
	"strings"
)

// Prototxt is the deploy definition of the net.
//
//go:embed deploy.prototxt
var Prototxt []byte

// Caffemodel is the file of trained weights.
//
//go:embed weights.caffemodel
var Caffemodel []byte

// Probabilities is JSON: for each label, the prob that Caffe computed for its
// picture.
//
//go:embed expected/prob.json
var Probabilities []byte

// Blobs is an npz of every blob that Caffe computed for the picture of the red
// star, an in-place blob as its last layer left it.
//
//go:embed expected/red-star.npz
var Blobs []byte

//go:embed labels.txt
var labels string

//go:embed images
var images embed.FS

// Mean is what the training subtracted from the blue, the green and the red
// channel, in the net's channel order.
var Mean = [3]float32{104, 117, 123}

// Labels are the class names in class order, such as "red circle".
func Labels() []string { return strings.Split(strings.TrimSpace(labels), "\n") }

// Image is the picture of a class: a PNG of 227x227 in RGB.
func Image(label string) ([]byte, error) {
	return images.ReadFile("images/" + strings.ReplaceAll(label, " ", "-") + ".png")
}

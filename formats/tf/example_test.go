package tf_test

import (
	"bytes"
	"fmt"
	"log"

	"github.com/alexconv/alexconv/formats/tf"
	"github.com/alexconv/alexconv/ir"
	"github.com/alexconv/alexconv/zoo"
)

// What is written is read back as the same model.
func Example() {
	net, err := zoo.Find("mnist_alexnet")
	if err != nil {
		log.Fatal(err)
	}
	g, err := net.Seeded(1)
	if err != nil {
		log.Fatal(err)
	}
	var file bytes.Buffer
	if err := tf.Write(&file, g, tf.WriteOptions{}); err != nil {
		log.Fatal(err)
	}
	read, err := tf.Read(file.Bytes(), tf.ReadOptions{})
	if err != nil {
		log.Fatal(err)
	}
	before, err := ir.Digest(g)
	if err != nil {
		log.Fatal(err)
	}
	after, err := ir.Digest(read)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("the same model:", before == after)
	// Output: the same model: true
}

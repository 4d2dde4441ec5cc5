package crosscheck

import (
	"os"
	"path/filepath"
	"testing"

	//lint:ignore SA1019 its text parser, independent of the successor's, is what is wanted
	legacy "github.com/golang/protobuf/proto"
	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/encoding/prototext"
	"google.golang.org/protobuf/types/dynamicpb"

	"github.com/alexconv/alexconv/formats/caffe"
)

// FuzzTextParsersAgree reads any text with golang/protobuf's parser and with
// ours: what both accept must be the same net. Which texts they accept is not
// compared, because Caffe's own parser, whose grammar ours has, differs from
// golang/protobuf's; see otherGrammar.
func FuzzTextParsersAgree(f *testing.F) {
	paths, err := filepath.Glob(filepath.Join(caffeFixtures, "*", "deploy.prototxt"))
	if err != nil || len(paths) == 0 {
		f.Fatal(paths, err)
	}
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(text))
	}
	descriptor := netParameter(f)
	f.Fuzz(func(t *testing.T, text string) {
		ours, err := caffe.ReadTopology([]byte(text), caffe.ReadOptions{})
		if err != nil {
			return
		}
		message := dynamicpb.NewMessage(descriptor)
		if err := legacy.UnmarshalText(text, legacy.MessageV1(message)); err != nil {
			return
		}
		again, err := prototext.Marshal(message)
		if err != nil {
			return // text that is not UTF-8
		}
		theirs, err := caffe.ReadTopology(again, caffe.ReadOptions{})
		if err != nil {
			t.Fatalf("what golang/protobuf read is refused: %v in\n%s", err, again)
		}
		if diff := cmp.Diff(layers(ours), layers(theirs)); diff != "" {
			t.Fatalf("(-alexconv +golang/protobuf)\n%s", diff)
		}
	})
}

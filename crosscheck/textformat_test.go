package crosscheck

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/bufbuild/protocompile"
	//lint:ignore SA1019 its text parser, independent of the successor's, is what is wanted
	legacy "github.com/golang/protobuf/proto"
	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/encoding/prototext"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/dynamicpb"

	"github.com/alexconv/alexconv/convert"
	"github.com/alexconv/alexconv/formats/caffe"
	"github.com/alexconv/alexconv/ir"
)

// otherGrammar are the cases in which golang/protobuf's parser differs from
// that of C++, which Caffe uses, with what it does.
var otherGrammar = map[string]string{
	"err_text_float_octal":         "reads 010 as a float",
	"err_text_plus_sign":           "reads +1",
	"err_text_unknown_enum_number": "keeps numbers that an enum does not have",
	"text_float_overflow":          "refuses 1e400, which is infinite in C++",
	"text_torture":                 "refuses 0.5F, the float suffix of C++ as a capital",
}

// netParameter is the message type of a prototxt.
func netParameter(t testing.TB) protoreflect.MessageDescriptor {
	t.Helper()
	const name = "textformat/caffe.proto"
	compiler := protocompile.Compiler{Resolver: &protocompile.SourceResolver{}}
	files, err := compiler.Compile(context.Background(), name)
	if err != nil {
		t.Fatal(err)
	}
	return files[0].Messages().ByName("NetParameter")
}

// TestProtobufsTextParserAgrees reads each prototxt with golang/protobuf's own
// text parser and writes it anew: the graph must stay the same. What one of the
// two parsers refuses as text, the other must too.
func TestProtobufsTextParserAgrees(t *testing.T) {
	descriptor := netParameter(t)
	paths, err := filepath.Glob(filepath.Join(caffeFixtures, "*", "deploy.prototxt"))
	if err != nil {
		t.Fatal(err)
	}
	paths = append(paths, "../sample/deploy.prototxt")
	agreed, refused := 0, 0
	for _, path := range paths {
		name := filepath.Base(filepath.Dir(path))
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		message := dynamicpb.NewMessage(descriptor)
		theirs := legacy.UnmarshalText(string(text), legacy.MessageV1(message))
		g, ours := convert.Open(path, convert.OpenOptions{})
		if differs := (theirs == nil) != (ours == nil) && (theirs != nil || strings.HasPrefix(name, "err_text_")); differs != (otherGrammar[name] != "") {
			t.Errorf("%s: golang/protobuf: %v; alexconv: %v; listed: %q", name, theirs, ours, otherGrammar[name])
		}
		switch {
		case theirs != nil && ours != nil:
			refused++
		case theirs != nil:
			g.Close()
		case ours == nil:
			again, err := prototext.Marshal(message)
			if err != nil {
				t.Fatal(err)
			}
			h, err := caffe.ReadTopology(again, caffe.ReadOptions{})
			if err != nil {
				t.Errorf("%s: what golang/protobuf read: %v", name, err)
				continue
			}
			if diff := cmp.Diff(layers(g.Graph), layers(h)); diff != "" {
				t.Errorf("%s: (-alexconv +golang/protobuf)\n%s", name, diff)
			}
			g.Close()
			agreed++
		}
	}
	if agreed < 95 || refused < 10 {
		t.Errorf("only %d prototxts were compared and %d refused", agreed, refused)
	}
	t.Logf("%d prototxts agree, %d are refused by both", agreed, refused)
}

// layers describes a graph but for positions in the text.
func layers(g *ir.Graph) []string {
	list := []string{g.Name}
	for _, n := range g.Nodes {
		text := fmt.Sprintf("%s %q %+v %q", n.Op.Type(), n.Name, reflect.ValueOf(n.Op).Elem(), n.Shared)
		for _, v := range n.Inputs {
			text += fmt.Sprintf(" <%q", v.Name)
		}
		for _, v := range n.Outputs {
			text += fmt.Sprintf(" >%q[%s]", v.Name, v.Blob)
		}
		list = append(list, text)
	}
	for _, v := range g.Outputs {
		list = append(list, "output "+v.Name)
	}
	return list
}

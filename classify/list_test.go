package classify

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/alexconv/alexconv/ir"
)

// tree makes empty files below a new folder.
func tree(t *testing.T, names ...string) string {
	t.Helper()
	dir := t.TempDir()
	for _, name := range names {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, nil, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// labelled is "name label" of each sample.
func labelled(samples []Sample) (list []string) {
	for _, s := range samples {
		list = append(list, s.Name+" "+string(rune('0'+s.Label)))
	}
	return list
}

var colours = []string{"red star", "green", "n01 blue whale", "blue"}

func TestFormsOfLists(t *testing.T) {
	dir := tree(t, "a.png", "b c.jpg", "d,e.png", "sub/f.png", "ILSVRC_val_1")
	for _, c := range []struct {
		name, text string
		want       []string
	}{
		{"a space", "a.png 2\nsub/f.png 0\n", []string{"a.png 2", "sub/f.png 0"}},
		{"a tab", "a.png\t2", []string{"a.png 2"}},
		{"a comma", "a.png,2\r\nsub/f.png, 1\r\n", []string{"a.png 2", "sub/f.png 1"}},
		{"a comma, then blanks around it", "a.png , 2", []string{"a.png 2"}},
		{"CSV with a heading", "file,label\na.png,2\n", []string{"a.png 2"}},
		{"CSV with quotes", "\"d,e.png\",\"2\"", []string{"d,e.png 2"}},
		{"a path with separators", "b c.jpg 1\nd,e.png 3", []string{"b c.jpg 1", "d,e.png 3"}},
		{"a path without an extension", "ILSVRC_val_1 3", []string{"ILSVRC_val_1 3"}},
		{"Caffe's leading slash", "/sub/f.png 3", []string{"/sub/f.png 3"}},
		{"blank lines and comments", "\n# mine\na.png 2\n\n", []string{"a.png 2"}},
		{"a byte order mark", "\ufeffa.png 2", []string{"a.png 2"}},
		{"a name", "a.png green", []string{"a.png 1"}},
		{"a name with a space", "a.png red star", []string{"a.png 0"}},
		{"a name in quotes", "a.png,\"red star\"", []string{"a.png 0"}},
		{"a name with its spaces as -", "a.png red-star", []string{"a.png 0"}},
		{"a name's first word", "a.png n01", []string{"a.png 2"}},
	} {
		samples, err := ReadList(dir, c.text, colours)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if d := cmp.Diff(c.want, labelled(samples)); d != "" {
			t.Errorf("%s: %s", c.name, d)
		}
		if !IsList(dir, c.text) {
			t.Errorf("%s: not seen to be a list", c.name)
		}
	}
	for _, text := range []string{"red star\ngreen\nblue\n", "n01440764 tench, Tinca tinca\n", "0\n1\n", ""} {
		if IsList(dir, text) {
			t.Errorf("class names %q were seen as a list of pictures", text)
		}
	}
}

func TestListsThatAreRefused(t *testing.T) {
	dir := tree(t, "a.png", "b.png")
	for _, c := range []struct {
		name, text string
		names      []string
		says       string
	}{
		{"an absent picture", "a.png 1\nc.png 1", nil, `line 2: there is no picture "c.png"`},
		{"a picture twice", "a.png 1\nb.png 0\na.png 1", nil, `line 3: picture "a.png" is on line 1 too`},
		{"no label", "a.png", nil, "line 1"},
		{"a name without names", "a.png cat", nil, `line 1: label "cat" is no number`},
		{"an unknown name", "a.png cat", colours, `"cat" is none of the 4`},
		{"a first word of two", "a.png big", []string{"big cat", "big dog"}, "class 0 and class 1"},
		{"a number below 0", "a.png -1", nil, "label -1"},
		{"a number beyond the names", "a.png 4", colours, "label 4"},
		{"nothing", "\n# only this\n", nil, "names no pictures"},
		{"a folder", ". 1", nil, "no picture"},
	} {
		_, err := ReadList(dir, c.text, c.names)
		if !errors.Is(err, ir.ErrInvalid) || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

func TestFoldersAreClasses(t *testing.T) {
	for _, c := range []struct {
		name  string
		files []string
		names []string
		want  []string // nil is refused
	}{
		{"in alphabetical order", []string{"dog/1.png", "cat/2.png", "cat/1.JPEG"}, nil, []string{"cat/1.JPEG 0", "cat/2.png 0", "dog/1.png 1"}},
		{"by number", []string{"7/1.png", "2/1.png"}, nil, []string{"2/1.png 2", "7/1.png 7"}},
		{"by name", []string{"red-star/1.png", "blue/1.png"}, colours, []string{"blue/1.png 3", "red-star/1.png 0"}},
		{"below sub-folders of classes", []string{"cat/x/1.png", "dog/1.png"}, nil, []string{"cat/x/1.png 0", "dog/1.png 1"}},
		{"past what is no picture or hidden", []string{"cat/1.png", "cat/notes.txt", ".git/1.png", "cat/.1.png"}, nil, []string{"cat/1.png 0"}},
		{"without classes", []string{"1.png"}, nil, nil},
		{"without pictures", []string{"cat/notes.txt"}, nil, nil},
		{"of another net", []string{"cat/1.png"}, colours, nil},
	} {
		samples, err := ReadFolders(tree(t, c.files...), c.names)
		if (err == nil) != (c.want != nil) || err != nil && !errors.Is(err, ir.ErrInvalid) {
			t.Errorf("%s: %v", c.name, err)
		}
		if d := cmp.Diff(c.want, labelled(samples)); d != "" {
			t.Errorf("%s: %s", c.name, d)
		}
	}
}

func TestListDigestSeesNamesLabelsAndOrder(t *testing.T) {
	a, b := Sample{Picture{Name: "a"}, 1}, Sample{Picture{Name: "b"}, 1}
	seen := make(map[string]bool)
	for _, list := range [][]Sample{{a, b}, {b, a}, {a}, {a, {Picture{Name: "b"}, 2}}} {
		seen[ListDigest(list)] = true
	}
	if len(seen) != 4 {
		t.Errorf("4 lists have %d digests", len(seen))
	}
}

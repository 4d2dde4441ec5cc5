package crosscheck

import (
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/alexconv/alexconv/ir"
	"github.com/alexconv/alexconv/verify"
)

func TestCIFilesAreYAML(t *testing.T) {
	program := python(t, "yaml")
	for _, path := range []string{"../docs/ci/github-actions.yml", "../docs/ci/gitlab-ci.yml"} {
		out := command(t, nil, program, "-c", `
import json, sys, yaml
print(json.dumps(yaml.load(open(sys.argv[1]), Loader=yaml.BaseLoader)))
`, path)
		var document map[string]any
		if err := json.Unmarshal(out, &document); err != nil || len(document) == 0 {
			t.Errorf("%s: %v, %v", path, document, err)
		}
	}
}

// TestJUnitIsValid holds reports of every verdict against docs/ci/junit.xsd.
func TestJUnitIsValid(t *testing.T) {
	if _, err := exec.LookPath("xmllint"); err != nil {
		t.Skip("xmllint is absent: no report was validated")
	}
	g := open(t, samplePair)
	model := verify.Model{Name: `a <b> & "c"`, Graph: g}
	bad := g.Clone()
	for _, n := range bad.Nodes {
		if o, ok := n.Op.(*ir.LRN); ok {
			c := *o
			c.K = 2
			n.Op = &c
		}
	}
	x := map[string]*ir.Tensor{"data": ir.Seeded("data", 1, 128, 1, 3, 227, 227)}
	same, err := verify.Compare(context.Background(), model, model, x, verify.Options{})
	if err != nil {
		t.Fatal(err)
	}
	same.Input = &verify.Feed{Name: "seed 1"}
	other, err := verify.Compare(context.Background(), model, verify.Model{Name: "bad", Graph: bad}, x, verify.Options{})
	if err != nil {
		t.Fatal(err)
	}
	failed, err := verify.NotRecorded(model, "a program", "exit status 3", verify.Options{})
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "r.xml")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := verify.WriteJUnit(f, same, other, failed); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	command(t, nil, "xmllint", "--noout", "--schema", "../docs/ci/junit.xsd", path)
}

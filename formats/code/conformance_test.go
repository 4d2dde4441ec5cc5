package code

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestEveryOperationHasARow holds the table against the closed set of ir, by its
// source: every type with a method canonical.
func TestEveryOperationHasARow(t *testing.T) {
	files, err := filepath.Glob("../../ir/*.go")
	if err != nil {
		t.Fatal(err)
	}
	checked := 0
	for _, path := range files {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range file.Decls {
			f, ok := d.(*ast.FuncDecl)
			if !ok || f.Recv == nil || f.Name.Name != "canonical" {
				continue
			}
			star, ok := f.Recv.List[0].Type.(*ast.StarExpr)
			if !ok {
				continue
			}
			checked++
			name := star.X.(*ast.Ident).Name
			i := slices.IndexFunc(table, func(r row) bool { return r.op.Type() == name })
			switch {
			case i < 0:
				t.Errorf("%s has no row in the table", name)
			case (table[i].keras == nil || table[i].torch == nil) && table[i].note == "":
				t.Errorf("%s is not written, and no note says why", name)
			}
		}
	}
	if checked < 20 {
		t.Fatalf("found only %d operations", checked)
	}
}

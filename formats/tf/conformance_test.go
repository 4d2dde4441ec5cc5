package tf

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/alexconv/alexconv/ir"
)

// irOperations lists the closed set of ir by its source: every type with a
// method canonical.
func irOperations(t *testing.T) []string {
	files, err := filepath.Glob("../../ir/*.go")
	if err != nil || len(files) == 0 {
		t.Fatalf("no sources of package ir: %v", err)
	}
	var list []string
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
			if star, ok := f.Recv.List[0].Type.(*ast.StarExpr); ok {
				list = append(list, star.X.(*ast.Ident).Name)
			}
		}
	}
	return list
}

func TestEveryOperationHasARow(t *testing.T) {
	list := irOperations(t)
	if len(list) < 20 {
		t.Fatalf("found only the operations %v", list)
	}
	for _, name := range list {
		i := slices.IndexFunc(table, func(r row) bool { return r.op != nil && r.op.Type() == name })
		switch {
		case i < 0:
			t.Errorf("%s has no row in the table", name)
		case (table[i].write == nil || len(table[i].read) == 0) && table[i].note == "":
			t.Errorf("%s cannot be written or read, and no note says why", name)
		}
	}
}

// attributeNames lists the attributes of an operation, those of an embedded window
// among them.
func attributeNames(t reflect.Type) []string {
	var list []string
	for i := range t.NumField() {
		if f := t.Field(i); f.Anonymous {
			list = append(list, attributeNames(f.Type)...)
		} else {
			list = append(list, f.Name)
		}
	}
	return list
}

// TestCasesCoverEveryAttribute holds opCases against the operations: each
// attribute must be something else than its zero value in one of them.
func TestCasesCoverEveryAttribute(t *testing.T) {
	elsewhere := []string{
		"Split.Implicit", // folded: TestImplicitSplitsAreFolded
	}
	set := make(map[string]bool)
	for _, c := range opCases {
		set[c.op.Type()] = true
		for _, a := range ir.Attributes(c.op) {
			set[c.op.Type()+"."+a.Name] = true
		}
	}
	for _, r := range table {
		if r.op == nil || r.write == nil {
			continue
		}
		for _, name := range attributeNames(reflect.TypeOf(r.op).Elem()) {
			if key := r.op.Type() + "." + name; !set[key] && !slices.Contains(elsewhere, key) {
				t.Errorf("no case sets %s", key)
			}
		}
		if name := r.op.Type(); !set[name] {
			t.Errorf("no case has the operation %s", name)
		}
	}
}

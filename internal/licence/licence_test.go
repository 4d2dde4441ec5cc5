package licence

import (
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write LICENCES.md anew")

// root is the folder of the main module.
const root = "../.."

// checks is what the modules of crosscheck/ are for.
const checks = "cross-checks"

// consumers are the modules of this project and what they are for.
var consumers = []struct{ folder, purpose string }{
	{".", "alexconv and its tests"},
	{"crosscheck", checks},
	{"tools", "checks of the source"},
	{"runtime/internal/kernel/_generate", "the generator of assembly"},
}

const head = `# Licences

alexconv itself is under Apache-2.0. These are the Go modules that it, its tests and its tools are made of,
with the SPDX identifier of each; ` + "`go test ./internal/licence`" + ` holds the table against the licence files in the module
cache, and with ` + "`-update`" + ` writes it anew. The cross-checks also run ONNX Runtime (npm, MIT). What stands as LicenseRef is no
open licence: such modules are read by the cross-checks alone and are in nothing that is distributed; the Gorgonia licence forbids
to profit from the module itself, and math32 only says in its README that it has Go's own.

| module | licence | used by |
|---|---|---|
`

// open are the licences that a dependency may have.
var open = []string{"Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "ISC", "MIT"}

// checksOnly are modules under no open licence. The cross-checks may use them,
// for nothing of theirs gets into alexconv; whoever runs the cross-checks should
// know it.
var checksOnly = map[string]string{
	"github.com/chewxy/math32": "LicenseRef-README",
	"gorgonia.org/tensor":      "LicenseRef-Gorgonia-1.0",
}

// wordings are phrases that only one licence has, the longer licence first
// where one contains another.
var wordings = []struct {
	spdx    string
	phrases []string
}{
	{"Apache-2.0", []string{"Apache License", "Version 2.0, January 2004"}},
	{"BSD-3-Clause", []string{"Redistribution and use in source and binary forms", "endorse or promote products"}},
	{"BSD-2-Clause", []string{"Redistribution and use in source and binary forms"}},
	{"MIT", []string{"Permission is hereby granted, free of charge"}},
	{"ISC", []string{"Permission to use, copy, modify, and/or distribute this software for any purpose"}},
}

// identify gives the SPDX identifier of a licence's text, empty for one that is
// not among the open ones.
func identify(text string) string {
	text = strings.Join(strings.Fields(text), " ")
	for _, w := range wordings {
		if !slices.ContainsFunc(w.phrases, func(p string) bool { return !strings.Contains(text, p) }) {
			return w.spdx
		}
	}
	return ""
}

func TestIdentify(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"Apache", "Apache License\n   Version 2.0, January 2004", "Apache-2.0"},
		{"BSD of two clauses", "Redistribution and use in source\nand binary forms, with", "BSD-2-Clause"},
		{"BSD of three", "Redistribution and use in source and binary forms ... used to endorse or promote products", "BSD-3-Clause"},
		{"MIT", "Permission is hereby granted, free of charge, to any person", "MIT"},
		{"the GPL", "GNU GENERAL PUBLIC LICENSE Version 3", ""},
		{"a licence for some", "You may use this software for non-commercial purposes.", ""},
		{"nothing", "", ""},
	} {
		if got := identify(c.text); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

func TestEveryDependencyIsOpen(t *testing.T) {
	used := make(map[string]string)
	var absent []string
	licences := make(map[string]string)
	for _, c := range consumers {
		for _, m := range required(t, c.folder) {
			if used[m] != "" {
				continue
			}
			used[m] = c.purpose
			folder := goCommand(t, c.folder, "list", "-m", "-f", "{{.Dir}}", m)
			if folder == "" {
				absent = append(absent, m)
				licences[m] = Of(m)
				continue
			}
			licences[m] = licenceOf(folder)
		}
	}
	if len(absent) > 0 {
		t.Logf("not in the module cache, so taken from the list: %s", strings.Join(absent, ", "))
	}
	var table strings.Builder
	table.WriteString(head)
	for _, m := range slices.Sorted(maps.Keys(used)) {
		if licences[m] == "" && used[m] == checks {
			licences[m] = checksOnly[m]
		}
		if !slices.Contains(open, licences[m]) && (licences[m] == "" || licences[m] != checksOnly[m]) {
			t.Errorf("%s: its licence %q is not known as open; replace the module, or teach this test the licence", m, licences[m])
		}
		fmt.Fprintf(&table, "| %s | %s | %s |\n", m, licences[m], used[m])
	}
	if *update {
		if err := os.WriteFile("LICENCES.md", []byte(table.String()), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if table.String() != list {
		t.Errorf("LICENCES.md is not that of the modules; write it with go test ./internal/licence -update. Want:\n%s", table.String())
	}
}

// required lists the modules of a go.mod that come from elsewhere.
func required(t *testing.T, folder string) []string {
	t.Helper()
	var mod struct{ Require []struct{ Path string } }
	if err := json.Unmarshal([]byte(goCommand(t, folder, "mod", "edit", "-json")), &mod); err != nil {
		t.Fatal(err)
	}
	var list []string
	for _, r := range mod.Require {
		if r.Path != "github.com/alexconv/alexconv" {
			list = append(list, r.Path)
		}
	}
	return list
}

func goCommand(t *testing.T, folder string, args ...string) string {
	t.Helper()
	c := exec.Command("go", args...)
	c.Dir = filepath.Join(root, filepath.FromSlash(folder))
	c.Stderr = os.Stderr
	out, err := c.Output()
	if err != nil {
		t.Fatalf("go %s in %s: %v", strings.Join(args, " "), folder, err)
	}
	return strings.TrimSpace(string(out))
}

// licenceOf identifies the licence in a module's folder.
func licenceOf(folder string) string {
	for _, pattern := range []string{"LICEN[SC]E*", "COPYING*"} {
		files, _ := filepath.Glob(filepath.Join(folder, pattern))
		for _, name := range files {
			text, err := os.ReadFile(name)
			if spdx := identify(string(text)); err == nil && spdx != "" {
				return spdx
			}
		}
	}
	return ""
}

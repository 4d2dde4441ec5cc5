package main

import (
	"encoding/json"
	"runtime/debug"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestBillOfMaterials(t *testing.T) {
	const want = `{
  "bomFormat": "CycloneDX",
  "specVersion": "1.6",
  "version": 1,
  "metadata": {
    "component": {
      "type": "application",
      "bom-ref": "pkg:golang/github.com/alexconv/alexconv@v1.2.3",
      "name": "github.com/alexconv/alexconv",
      "version": "v1.2.3",
      "purl": "pkg:golang/github.com/alexconv/alexconv@v1.2.3",
      "licenses": [
        {
          "license": {
            "id": "Apache-2.0"
          }
        }
      ],
      "properties": [
        {
          "name": "build:CGO_ENABLED",
          "value": "0"
        }
      ]
    }
  },
  "components": [
    {
      "type": "library",
      "bom-ref": "pkg:golang/std@go1.26.0",
      "name": "std",
      "version": "go1.26.0",
      "purl": "pkg:golang/std@go1.26.0",
      "licenses": [
        {
          "license": {
            "id": "BSD-3-Clause"
          }
        }
      ]
    },
    {
      "type": "library",
      "bom-ref": "pkg:golang/github.com/spf13/cobra@v1.10.2",
      "name": "github.com/spf13/cobra",
      "version": "v1.10.2",
      "purl": "pkg:golang/github.com/spf13/cobra@v1.10.2",
      "licenses": [
        {
          "license": {
            "id": "Apache-2.0"
          }
        }
      ],
      "properties": [
        {
          "name": "go.sum",
          "value": "h1:x="
        }
      ]
    }
  ]
}`
	got, err := json.MarshalIndent(newBOM(&debug.BuildInfo{
		GoVersion: "go1.26.0",
		Main:      debug.Module{Path: "github.com/alexconv/alexconv", Version: "v1.2.3"},
		Deps:      []*debug.Module{{Path: "github.com/spf13/cobra", Version: "v1.10.2", Sum: "h1:x="}},
		Settings:  []debug.BuildSetting{{Key: "CGO_ENABLED", Value: "0"}},
	}), "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, string(got)); diff != "" {
		t.Error(diff)
	}
}

// TestEveryModuleOfTheProgramHasALicence looks at the modules that this test,
// and so the program, is linked from.
func TestEveryModuleOfTheProgramHasALicence(t *testing.T) {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		t.Skip("built without modules")
	}
	for _, c := range newBOM(info).Components {
		if len(c.Licences) == 0 {
			t.Errorf("%s has no licence in internal/licence", c.Name)
		}
	}
	if !slices.ContainsFunc(info.Deps, func(m *debug.Module) bool { return m.Path == "github.com/spf13/cobra" }) {
		t.Error("the build says nothing about its modules")
	}
}

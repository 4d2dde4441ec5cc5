package main

import (
	"runtime/debug"

	"github.com/alexconv/alexconv/internal/licence"
)

// bom is a bill of materials in CycloneDX 1.6 (https://cyclonedx.org): what
// this executable was linked from. It has no serial number and no date, so that
// one executable always says the same.
type bom struct {
	Format     string         `json:"bomFormat"`
	Spec       string         `json:"specVersion"`
	Version    int            `json:"version"`
	Metadata   bomMetadata    `json:"metadata"`
	Components []bomComponent `json:"components"`
}

type bomMetadata struct {
	Component bomComponent `json:"component"`
}

type bomComponent struct {
	Type       string        `json:"type"`
	Ref        string        `json:"bom-ref"`
	Name       string        `json:"name"`
	Version    string        `json:"version"`
	URL        string        `json:"purl"`
	Licences   []bomLicence  `json:"licenses,omitempty"`
	Properties []bomProperty `json:"properties,omitempty"`
}

type bomLicence struct {
	Licence struct {
		ID string `json:"id"`
	} `json:"license"`
}

type bomProperty struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// newBOM lists the modules of a build, Go's standard library among them, with
// the checksums of go.sum.
func newBOM(info *debug.BuildInfo) bom {
	main := component("application", info.Main.Path, info.Main.Version, "Apache-2.0")
	for _, s := range info.Settings {
		main.Properties = append(main.Properties, bomProperty{"build:" + s.Key, s.Value})
	}
	b := bom{Format: "CycloneDX", Spec: "1.6", Version: 1, Metadata: bomMetadata{main}}
	b.Components = append(b.Components, component("library", "std", info.GoVersion, "BSD-3-Clause"))
	for _, m := range info.Deps {
		if m.Replace != nil {
			m = m.Replace
		}
		c := component("library", m.Path, m.Version, licence.Of(m.Path))
		if m.Sum != "" {
			c.Properties = append(c.Properties, bomProperty{"go.sum", m.Sum})
		}
		b.Components = append(b.Components, c)
	}
	return b
}

func component(kind, path, version, spdx string) bomComponent {
	url := "pkg:golang/" + path + "@" + version
	c := bomComponent{Type: kind, Ref: url, Name: path, Version: version, URL: url}
	if spdx != "" {
		l := bomLicence{}
		l.Licence.ID = spdx
		c.Licences = []bomLicence{l}
	}
	return c
}

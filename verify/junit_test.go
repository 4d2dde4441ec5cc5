package verify

import (
	"encoding/xml"
	"errors"
	"io"
	"os"
	"slices"
	"strings"
	"testing"
)

// schemaElement is what docs/ci/junit.xsd says of an element.
type schemaElement struct {
	required, allowed []string
	children          []string
}

// readSchema reads the elements of an XML schema with their attributes and
// children, as far as the schema of JUnit reports uses its language.
func readSchema(t *testing.T, path string) map[string]*schemaElement {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	elements := make(map[string]*schemaElement)
	var open []*schemaElement
	value := func(e xml.StartElement, name string) string {
		for _, a := range e.Attr {
			if a.Name.Local == name {
				return a.Value
			}
		}
		return ""
	}
	d := xml.NewDecoder(f)
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return elements
		}
		if err != nil {
			t.Fatal(err)
		}
		switch e := token.(type) {
		case xml.StartElement:
			switch e.Name.Local {
			case "element":
				name := value(e, "name") + value(e, "ref")
				if len(open) > 0 {
					open[len(open)-1].children = append(open[len(open)-1].children, name)
				}
				made := elements[name]
				if made == nil {
					made = &schemaElement{}
					elements[name] = made
				}
				open = append(open, made)
			case "attribute":
				at := open[len(open)-1]
				at.allowed = append(at.allowed, value(e, "name"))
				if value(e, "use") == "required" {
					at.required = append(at.required, value(e, "name"))
				}
			}
		case xml.EndElement:
			if e.Name.Local == "element" {
				open = open[:len(open)-1]
			}
		}
	}
}

// TestJUnitKeepsToTheSchema holds the elements and attributes of reports of every
// verdict against docs/ci/junit.xsd; crosscheck validates them with xmllint.
func TestJUnitKeepsToTheSchema(t *testing.T) {
	schema := readSchema(t, "../docs/ci/junit.xsd")
	allowed := sampleReport()
	allowed.Verdict = Pass
	allowed.Input = &Feed{Name: "seed 1"}
	allowed.Causes[0].Warning = true
	var b strings.Builder
	if err := WriteJUnit(&b, sampleReport(), allowed, newReport("a", "b", Options{})); err != nil {
		t.Fatal(err)
	}
	seen := make(map[string]bool)
	var open []string
	d := xml.NewDecoder(strings.NewReader(b.String()))
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		switch e := token.(type) {
		case xml.StartElement:
			name := e.Name.Local
			seen[name] = true
			rule := schema[name]
			if rule == nil {
				t.Fatalf("the schema has no <%s>", name)
			}
			if len(open) > 0 && !slices.Contains(schema[open[len(open)-1]].children, name) {
				t.Errorf("<%s> within <%s>", name, open[len(open)-1])
			}
			var given []string
			for _, a := range e.Attr {
				given = append(given, a.Name.Local)
				if !slices.Contains(rule.allowed, a.Name.Local) {
					t.Errorf("<%s> has an attribute %s", name, a.Name.Local)
				}
			}
			for _, want := range rule.required {
				if !slices.Contains(given, want) {
					t.Errorf("<%s> lacks the attribute %s", name, want)
				}
			}
			open = append(open, name)
		case xml.EndElement:
			open = open[:len(open)-1]
		}
	}
	for _, want := range []string{"testsuites", "testsuite", "properties", "property", "testcase", "failure", "skipped", "system-out"} {
		if !seen[want] {
			t.Errorf("no report has a <%s>", want)
		}
	}
}

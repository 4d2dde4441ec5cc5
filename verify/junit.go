package verify

import (
	"encoding/xml"
	"fmt"
	"io"
	"strings"
)

// The JUnit report follows the schema that Jenkins publishes (junit-10.xsd), as
// GitLab and others read it.
type (
	junitSuites struct {
		XMLName  xml.Name     `xml:"testsuites"`
		Tests    int          `xml:"tests,attr"`
		Failures int          `xml:"failures,attr"`
		Suites   []junitSuite `xml:"testsuite"`
	}
	junitSuite struct {
		Name       string          `xml:"name,attr"`
		Tests      int             `xml:"tests,attr"`
		Failures   int             `xml:"failures,attr"`
		Errors     int             `xml:"errors,attr"`
		Skipped    int             `xml:"skipped,attr"`
		Time       string          `xml:"time,attr"`
		Properties []junitProperty `xml:"properties>property"`
		Cases      []junitCase     `xml:"testcase"`
		Output     string          `xml:"system-out,omitempty"`
	}
	junitProperty struct {
		Name  string `xml:"name,attr"`
		Value string `xml:"value,attr"`
	}
	junitCase struct {
		Name      string        `xml:"name,attr"`
		ClassName string        `xml:"classname,attr"`
		Time      string        `xml:"time,attr"`
		Failure   *junitFailure `xml:"failure"`
		Skipped   *junitSkipped `xml:"skipped"`
	}
	junitFailure struct {
		Type    string `xml:"type,attr"`
		Message string `xml:"message,attr"`
		Text    string `xml:",chardata"`
	}
	junitSkipped struct {
		Message string `xml:"message,attr"`
	}
)

// WriteJUnit writes reports as JUnit XML: a suite for each, a case for each layer
// and one for the verdict. A layer that fails, or that could not be compared and
// so spoils the verdict, is a failure; one that was allowed to stay unchecked is
// skipped.
func WriteJUnit(w io.Writer, reports ...*Report) error {
	var all junitSuites
	for _, r := range reports {
		s := r.suite()
		all.Tests += s.Tests
		all.Failures += s.Failures
		all.Suites = append(all.Suites, s)
	}
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	e := xml.NewEncoder(w)
	e.Indent("", "  ")
	if err := e.Encode(all); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n")
	return err
}

func (r *Report) suite() junitSuite {
	s := junitSuite{
		Name: r.Other + " against " + r.Reference,
		Time: "0",
		Properties: []junitProperty{
			{"mode", r.Mode}, {"tolerance", r.Tolerance}, {"verdict", string(r.Verdict)},
		},
	}
	if r.Input != nil {
		s.Name += " on " + r.Input.Name
		s.Properties = append(s.Properties, junitProperty{"input", r.Input.String()})
	}
	for _, l := range r.Layers {
		c := junitCase{Name: l.Value, ClassName: dash(l.Op), Time: "0"}
		switch {
		case l.Verdict == Unchecked && r.Verdict == Pass:
			c.Skipped = &junitSkipped{l.Reason}
		case l.Verdict != Pass:
			c.Failure = &junitFailure{Type: string(l.Verdict), Message: l.Reason, Text: r.explanation(l)}
		}
		s.add(c)
	}
	verdict := junitCase{Name: "verdict", ClassName: "verify", Time: "0"}
	if r.Verdict != Pass {
		verdict.Failure = &junitFailure{Type: string(r.Verdict), Message: r.Reason}
	}
	s.add(verdict)
	var warnings strings.Builder
	r.writeCauses(&warnings, "warnings", func(c Cause) bool { return c.Warning })
	s.Output = strings.TrimSpace(warnings.String())
	return s
}

func (s *junitSuite) add(c junitCase) {
	s.Tests++
	if c.Failure != nil {
		s.Failures++
	}
	if c.Skipped != nil {
		s.Skipped++
	}
	s.Cases = append(s.Cases, c)
}

// explanation is the figures of a layer and the causes at it, a line each.
func (r *Report) explanation(l *Layer) string {
	var b strings.Builder
	if l.Worst != nil {
		fmt.Fprintf(&b, "\nlargest deviation %.3g, relative L2 %.3g, allowed %.3g\n", float64(l.MaxAbs), float64(l.RelL2), float64(l.Bound))
		fmt.Fprintf(&b, "at %v the reference has %.9g, the other %.9g\n", l.Worst.Index, float64(l.Worst.Reference), float64(l.Worst.Other))
	}
	for _, c := range r.Causes {
		if !c.Warning && c.Layer == l.Name {
			fmt.Fprintf(&b, "%s: %s\n", c.Code, c.text())
		}
	}
	return b.String()
}

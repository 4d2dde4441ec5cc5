package onnx

import (
	_ "embed"
	"math"
	"strconv"
	"strings"
	"sync"
)

// schema is what ONNX declares about an operation from one opset on.
type schema struct {
	since      int
	deprecated bool
	inputs     tally // the first inputs.least must not be empty
	outputs    tally
	types      signature
	attributes map[string]attributeType
	required   []string
}

// tally is the least and the greatest number of something.
type tally struct{ least, most int }

// signature holds a letter for the element type of each input and output, as
// schema.txt explains them; the last one repeats.
type signature struct{ inputs, outputs string }

// letter is the one of a list at position i.
func letter(list string, i int) byte {
	if list == "" {
		return '*'
	}
	return list[min(i, len(list)-1)]
}

func (s tally) holds(n int) bool { return s.least <= n && n <= s.most }

func (s tally) String() string {
	switch {
	case s.least == s.most:
		return strconv.Itoa(s.least)
	case s.most == math.MaxInt:
		return "at least " + strconv.Itoa(s.least)
	}
	return strconv.Itoa(s.least) + " to " + strconv.Itoa(s.most)
}

//go:embed schema.txt
var schemaText string

// schemas holds the versions of each operation, oldest first.
var schemas = sync.OnceValue(func() map[string][]schema {
	table := make(map[string][]schema)
	for line := range strings.Lines(schemaText) {
		if fields := strings.Fields(line); len(fields) > 2 && fields[0] != "#" {
			table[fields[0]] = append(table[fields[0]], parseSchema(fields[1:]))
		}
	}
	return table
})

func parseSchema(fields []string) schema {
	s := schema{attributes: make(map[string]attributeType)}
	s.since, _ = strconv.Atoi(fields[0])
	if fields[1] == "deprecated" {
		s.deprecated = true
		return s
	}
	s.inputs, s.outputs = parseTally(fields[1]), parseTally(fields[2])
	s.types.inputs, s.types.outputs, _ = strings.Cut(fields[3], ">")
	for _, field := range fields[4:] {
		name, kind, _ := strings.Cut(field, ":")
		if kind, required := strings.CutSuffix(kind, "!"); required {
			s.required = append(s.required, name)
			s.attributes[name] = attributeTypeOf(kind)
			continue
		}
		s.attributes[name] = attributeTypeOf(kind)
	}
	return s
}

func parseTally(text string) tally {
	least, most, _ := strings.Cut(text, "-")
	s := tally{most: math.MaxInt}
	s.least, _ = strconv.Atoi(least)
	if most != "*" {
		s.most, _ = strconv.Atoi(most)
	}
	return s
}

func attributeTypeOf(name string) attributeType {
	name = strings.ReplaceAll(name, "_", " ")
	for t := attributeType(1); t.String() != "unknown"; t++ {
		if t.String() == name {
			return t
		}
	}
	return 0
}

// schemaOf is the declaration that an opset has of an operation; nil if none
// does, and since is then the first opset that has one, 0 if none is known.
func schemaOf(opType string, opset int) (found *schema, since int) {
	versions := schemas()[opType]
	for i := range versions {
		if versions[i].since <= opset {
			found = &versions[i]
		}
	}
	if found == nil && len(versions) > 0 {
		since = versions[0].since
	}
	return found, since
}

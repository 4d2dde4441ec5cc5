package classify

import (
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/alexconv/alexconv/ir"
	"github.com/alexconv/alexconv/pixels"
)

// Sample is a picture whose class is known.
type Sample struct {
	Picture
	Label int
}

// ListDigest is the SHA-256 of names and labels in their order. It does not
// cover the pictures' contents.
func ListDigest(samples []Sample) string {
	h := sha256.New()
	for _, s := range samples {
		fmt.Fprintf(h, "%q %d\n", s.Name, s.Label)
	}
	return hex.EncodeToString(h.Sum(nil))
}

// entry is a line of a list.
type entry struct {
	line        int
	path, label string
}

// IsList reports whether text is a list of pictures with their classes rather
// than a list of class names: whether its first entry, or the second one where
// the first is the heading of a CSV file, names a picture by its extension or
// by being in dir.
func IsList(dir, text string) bool {
	for i, e := range entries(text) {
		if isPicture(dir, e.path) {
			return true
		}
		if i == 1 {
			return false
		}
	}
	return false
}

func isPicture(dir, path string) bool {
	if pixels.HasExtension(path) {
		return true
	}
	info, err := os.Stat(locate(dir, path))
	return err == nil && info.Mode().IsRegular()
}

// ReadList reads lines of a path below dir and a label, separated by a space, a
// tab or a comma; a path that contains one of them ends behind the first
// extension of a picture, or stands in quotes as in CSV. A label is the number
// of a class or one of the names. Blank lines, lines that begin with # and the
// heading of a CSV file are passed over. Errors name the line and wrap
// [ir.ErrInvalid].
func ReadList(dir, text string, names []string) ([]Sample, error) {
	var samples []Sample
	seen := make(map[string]int)
	for i, e := range entries(text) {
		if i == 0 && isHeading(dir, e) {
			continue
		}
		if e.label == "" {
			return nil, ir.Errorf(ir.ErrInvalid, "line %d: %q: want a picture and its label", e.line, e.path)
		}
		label, err := classOf(e.label, names)
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", e.line, err)
		}
		path := locate(dir, e.path)
		if info, err := os.Stat(path); err != nil || !info.Mode().IsRegular() {
			return nil, ir.Errorf(ir.ErrInvalid, "line %d: there is no picture %q in %s", e.line, e.path, dir)
		}
		name := filepath.ToSlash(e.path)
		if first, ok := seen[name]; ok {
			return nil, ir.Errorf(ir.ErrInvalid, "line %d: picture %q is on line %d too", e.line, e.path, first)
		}
		seen[name] = e.line
		samples = append(samples, Sample{file(name, path), label})
	}
	if len(samples) == 0 {
		return nil, ir.Errorf(ir.ErrInvalid, "the list names no pictures")
	}
	return samples, nil
}

// locate finds a listed path below dir; an absolute path that is not there
// stands for itself.
func locate(dir, path string) string {
	below := filepath.Join(dir, path)
	if filepath.IsAbs(path) {
		if _, err := os.Stat(below); err != nil {
			return path
		}
	}
	return below
}

// isHeading reports whether a list's first line is the heading of a CSV file:
// neither a picture nor a class.
func isHeading(dir string, e entry) bool {
	_, err := strconv.Atoi(e.label)
	return err != nil && !isPicture(dir, e.path)
}

func entries(text string) []entry {
	var list []entry
	line := 0
	for s := range strings.Lines(text) {
		line++
		s = strings.TrimSpace(strings.TrimPrefix(s, "\ufeff"))
		if s == "" || s[0] == '#' {
			continue
		}
		e := entry{line: line}
		e.path, e.label = splitEntry(s)
		list = append(list, e)
	}
	return list
}

// separators stand between a path and its label.
const separators = " \t,"

func splitEntry(line string) (path, label string) {
	if line[0] == '"' {
		if fields, err := csv.NewReader(strings.NewReader(line)).Read(); err == nil && len(fields) == 2 {
			return fields[0], strings.TrimSpace(fields[1])
		}
	}
	at := -1
	for i, c := range line {
		if !strings.ContainsRune(separators, c) {
			continue
		}
		at = i
		if pixels.HasExtension(line[:i]) {
			break
		}
	}
	if at < 0 {
		return line, ""
	}
	label = strings.Trim(strings.TrimLeft(line[at:], separators), `"`)
	return strings.TrimRight(line[:at], separators), label
}

// classOf resolves a label: a number, or one of the names.
func classOf(label string, names []string) (int, error) {
	if n, err := strconv.Atoi(label); err == nil {
		switch {
		case n < 0:
			return 0, ir.Errorf(ir.ErrInvalid, "label %d is negative; classes count from 0", n)
		case len(names) > 0 && n >= len(names):
			return 0, ir.Errorf(ir.ErrInvalid, "label %d, but there are names for %d classes, from 0", n, len(names))
		}
		return n, nil
	}
	if len(names) == 0 {
		return 0, ir.Errorf(ir.ErrInvalid, "label %q is no number, and no class names are given", label)
	}
	return named(label, names)
}

// named finds a class by its name: as it stands, with - or _ for its spaces, or
// by its first word, as synset_words.txt has them.
func named(label string, names []string) (int, error) {
	for _, form := range []func(string) string{
		func(name string) string { return name },
		func(name string) string { return strings.ReplaceAll(name, " ", "-") },
		func(name string) string { return strings.ReplaceAll(name, " ", "_") },
		func(name string) string { first, _, _ := strings.Cut(name, " "); return first },
	} {
		matches := func(name string) bool { return form(name) == label }
		first := slices.IndexFunc(names, matches)
		if first < 0 {
			continue
		}
		if second := slices.IndexFunc(names[first+1:], matches); second >= 0 {
			return 0, ir.Errorf(ir.ErrInvalid, "label %q is class %d and class %d", label, first, first+1+second)
		}
		return first, nil
	}
	return 0, ir.Errorf(ir.ErrInvalid, "label %q is none of the %d class names", label, len(names))
}

// ReadFolders takes the pictures below dir with the sub-folder that each is in
// as its label: the number of a class where every sub-folder's name is a number,
// one of the names where there are some, else the place of the sub-folder among
// all in alphabetical order, as torchvision's ImageFolder counts. Errors
// wrap [ir.ErrInvalid].
func ReadFolders(dir string, names []string) ([]Sample, error) {
	pictures, err := Folder(dir)
	if err != nil {
		return nil, err
	}
	var folders []string
	numbers := true
	for _, p := range pictures {
		folder, _, ok := strings.Cut(p.Name, "/")
		if !ok {
			return nil, ir.Errorf(ir.ErrInvalid, "%s: picture %q is in no sub-folder that says its class; give a list of pictures with their labels", dir, p.Name)
		}
		if !slices.Contains(folders, folder) {
			folders = append(folders, folder)
			_, err := strconv.Atoi(folder)
			numbers = numbers && err == nil
		}
	}
	slices.Sort(folders)
	samples := make([]Sample, len(pictures))
	for i, p := range pictures {
		folder, _, _ := strings.Cut(p.Name, "/")
		label := slices.Index(folders, folder)
		if numbers || len(names) > 0 {
			if label, err = classOf(folder, names); err != nil {
				return nil, fmt.Errorf("%s: %w", filepath.Join(dir, folder), err)
			}
		}
		samples[i] = Sample{p, label}
	}
	return samples, nil
}

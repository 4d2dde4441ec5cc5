// Package licence says under which licences the modules are that alexconv and
// its tools are made of. LICENCES.md is the list; a test makes it from the
// modules' own files and fails on one that is not open.
package licence

import (
	_ "embed"
	"strings"
)

//go:embed LICENCES.md
var list string

// Of is the SPDX identifier of a module's licence, empty for a module that is
// not listed.
func Of(module string) string {
	for line := range strings.SplitSeq(list, "\n") {
		// | module | licence | used by |
		cells := strings.Split(line, "|")
		if len(cells) > 2 && strings.TrimSpace(cells[1]) == module {
			return strings.TrimSpace(cells[2])
		}
	}
	return ""
}

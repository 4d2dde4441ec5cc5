package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestCIFilesCallWhatThereIs holds the gates of docs/ci against the commands:
// every alexconv line must parse, and the reports that later steps read must be
// written. That the files are YAML is checked in crosscheck, by a YAML reader.
func TestCIFilesCallWhatThereIs(t *testing.T) {
	call := regexp.MustCompile(`alexconv (verify|golden [a-z]+)((?: |\\?\n +)[^\n]+)+`)
	for file, wanted := range map[string][]string{
		"github-actions.yml": {"GITHUB_STEP_SUMMARY", "actions/upload-artifact", "verify.xml", "verify.md", "contents: read"},
		"gitlab-ci.yml":      {"junit: verify.xml", "when: always", "verify.html"},
	} {
		data, err := os.ReadFile(filepath.Join("../../docs/ci", file))
		if err != nil {
			t.Fatal(err)
		}
		text := string(data)
		if strings.Contains(text, "\t") {
			t.Errorf("%s: YAML is indented with spaces", file)
		}
		for _, want := range wanted {
			if !strings.Contains(text, want) {
				t.Errorf("%s has no %q", file, want)
			}
		}
		calls := call.FindAllString(text, -1)
		if len(calls) == 0 {
			t.Errorf("%s does not call alexconv", file)
		}
		for _, line := range calls {
			command, _, err := (&app{}).root().Find(strings.Fields(line)[1:])
			if err != nil {
				t.Errorf("%s: %v", file, err)
				continue
			}
			for _, flag := range regexp.MustCompile(`--[a-z-]+`).FindAllString(line, -1) {
				if command.Flags().Lookup(strings.TrimPrefix(flag, "--")) == nil {
					t.Errorf("%s: %s has no %s", file, command.CommandPath(), flag)
				}
			}
			for _, report := range []string{"junit=verify.xml", "md=verify.md", "html=verify.html"} {
				if _, err := parseSinks([]string{report}); err != nil || !strings.Contains(line, report) {
					t.Errorf("%s: no --report %s: %v", file, report, err)
				}
			}
		}
	}
}

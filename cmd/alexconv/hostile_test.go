//go:build linux

package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/alexconv/alexconv/conformance/hostile"
)

// What reading a hostile file may take. The time is that of the processor: how
// busy the machine is cannot matter.
const (
	hostileMemory = 200 << 20
	hostileTime   = 2 * time.Second
)

// TestHostileFiles wants exit code 3, one line on stderr, nothing on stdout and
// no file written for each of the cases.
func TestHostileFiles(t *testing.T) {
	alexconv := built(t)
	cases := hostile.Cases()
	if len(cases) < 60 {
		t.Fatalf("only %d cases", len(cases))
	}
	seen := make(map[string]bool)
	for _, c := range cases {
		if seen[c.Name] {
			t.Errorf("%s is there twice", c.Name)
		}
		seen[c.Name] = true
		t.Run(c.Name, func(t *testing.T) {
			t.Parallel()
			refuse(t, alexconv, c)
		})
	}
}

// built is the program itself, which starts sooner than a test that acts as it.
func built(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "alexconv")
	if out, err := exec.Command("go", "build", "-o", path, ".").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return path
}

func refuse(t *testing.T, alexconv string, c hostile.Case) {
	dir := t.TempDir()
	want := slices.Collect(maps.Keys(c.Links))
	for name, content := range c.Files {
		want = append(want, name)
		if err := os.WriteFile(filepath.Join(dir, name), content, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for name, target := range c.Links {
		if err := os.Symlink(target, filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	var stdout, stderr bytes.Buffer
	cmd := exec.CommandContext(ctx, alexconv, c.Args...)
	cmd.Dir, cmd.Stdout, cmd.Stderr = dir, &stdout, &stderr
	err := cmd.Run()
	var exit *exec.ExitError
	if !errors.As(err, &exit) || exit.ExitCode() != exitUnreadable {
		t.Errorf("ends with %v, want exit status %d", err, exitUnreadable)
	}
	line, isLine := strings.CutPrefix(stderr.String(), "alexconv: ")
	if line, ended := strings.CutSuffix(line, "\n"); !isLine || !ended || !regexp.MustCompile("^(?:"+c.Says+")$").MatchString(line) {
		t.Errorf("says %.300q\nwant %q", stderr.String(), c.Says)
	}
	if stdout.Len() > 0 {
		t.Errorf("writes %.100q to stdout", stdout.String())
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var left []string
	for _, e := range entries {
		left = append(left, e.Name())
	}
	slices.Sort(want)
	if !slices.Equal(left, want) {
		t.Errorf("leaves %q, want %q", left, want)
	}
	if spent := cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime(); spent > hostileTime {
		t.Errorf("takes %v", spent)
	}
	checkMemory(t, cmd.ProcessState)
}

// checkMemory bounds the largest resident set of a process that has ended. Linux
// counts into it what the test itself held when it started the process.
func checkMemory(t *testing.T, p *os.ProcessState) {
	t.Helper()
	var own syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &own); err != nil {
		t.Fatal(err)
	}
	used := p.SysUsage().(*syscall.Rusage).Maxrss << 10
	if used > max(hostileMemory, own.Maxrss<<10) {
		t.Errorf("takes %s of memory", fmt.Sprint(used>>20, " MB"))
	}
}

package convert

import (
	"crypto/rand"
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/alexconv/alexconv/ir"
)

// staged is a file that is written but not yet there: it has no name at all
// where the system has such files, so that nothing is left of it however the
// process ends, and a hidden one beside its target elsewhere.
type staged struct {
	target Target
	file   *os.File
	hidden string // its name, or that of what it replaced, to be removed at the end
	backup string // a second name of the file that it replaces
	fresh  bool   // the target was not there before
	placed bool
}

// stage opens a new file in the target's folder, with the permissions that the
// target is to have.
func stage(t Target) (*staged, error) {
	f, err := openUnnamed(filepath.Dir(t.Path))
	if err == nil {
		return &staged{target: t, file: f}, nil
	}
	if !errors.Is(err, errors.ErrUnsupported) {
		return nil, err
	}
	return stageHidden(t)
}

// stageHidden is stage where there are no files without a name.
func stageHidden(t Target) (*staged, error) {
	name := hiddenBeside(t.Path)
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if err != nil {
		return nil, err
	}
	return &staged{target: t, file: f, hidden: name}, nil
}

func hiddenBeside(path string) string {
	return filepath.Join(filepath.Dir(path), "."+filepath.Base(path)+"."+rand.Text()[:8]+".tmp")
}

// keep gives the file that will be replaced a second name, for takeBack. Where
// the file system has no second names there is none.
func (s *staged) keep() {
	name := hiddenBeside(s.target.Path)
	err := os.Link(s.target.Path, name)
	s.fresh = errors.Is(err, fs.ErrNotExist)
	if err == nil {
		s.backup = name
	}
}

// place gives the file its name. A target that must be new is never replaced.
func (s *staged) place() error {
	if s.hidden == "" {
		err := nameUnnamed(s.file, s.target.Path)
		if err == nil {
			s.placed = true
			return nil
		}
		if !errors.Is(err, fs.ErrExist) {
			return err
		}
		if s.target.New {
			return existsError()
		}
		// Only a rename replaces, and it needs a name to start from.
		hidden := hiddenBeside(s.target.Path)
		if err := nameUnnamed(s.file, hidden); err != nil {
			return err
		}
		s.hidden = hidden
	}
	if err := s.file.Close(); err != nil {
		return err
	}
	if s.target.New && exists(s.target.Path) {
		return existsError()
	}
	if err := os.Rename(s.hidden, s.target.Path); err != nil {
		return err
	}
	s.hidden, s.placed = "", true
	return nil
}

// takeBack undoes place, after keep.
func (s *staged) takeBack() error {
	switch {
	case !s.placed:
		return nil
	case s.fresh:
		return os.Remove(s.target.Path)
	case s.backup == "":
		return ir.Errorf(ir.ErrInvalid, "was replaced already, and the file system kept no second name of what was there")
	}
	err := os.Rename(s.backup, s.target.Path)
	s.backup = ""
	return err
}

// end closes the file and removes what is left of it beside the target.
func (s *staged) end() {
	// It is closed already where it was renamed.
	_ = s.file.Close()
	for _, name := range []string{s.hidden, s.backup} {
		if name != "" {
			os.Remove(name)
		}
	}
}

func existsError() error { return ir.Errorf(fs.ErrExist, "exists; give --force to overwrite") }

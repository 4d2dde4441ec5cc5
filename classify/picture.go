// Package classify feeds pictures to a model in batches and scores the classes
// that come out: over a few pictures, over a labelled folder, over a share of
// one.
package classify

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/alexconv/alexconv/ir"
	"github.com/alexconv/alexconv/pixels"
)

// Picture is an encoded picture that is read when it is needed.
type Picture struct {
	// Name is what results call it.
	Name string
	Read func() ([]byte, error)
}

// File is the picture in a file.
func File(path string) Picture { return file(path, path) }

func file(name, path string) Picture {
	return Picture{Name: name, Read: func() ([]byte, error) { return os.ReadFile(path) }}
}

// Folder finds the files below a folder that are named as pictures, in the
// order of their paths, folder by folder. Names are relative to the folder,
// with slashes. What is hidden (a leading dot) is left out. A folder without
// pictures is an error that wraps [ir.ErrInvalid].
func Folder(dir string) ([]Picture, error) {
	var list []Picture
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		switch hidden := path != dir && strings.HasPrefix(entry.Name(), "."); {
		case err != nil:
			return err
		case hidden && entry.IsDir():
			return fs.SkipDir
		case hidden, entry.IsDir(), !pixels.HasExtension(path):
			return nil
		}
		name, err := filepath.Rel(dir, path)
		if err != nil {
			return err
		}
		list = append(list, file(filepath.ToSlash(name), path))
		return nil
	})
	if err != nil {
		return nil, err
	}
	if len(list) == 0 {
		return nil, ir.Errorf(ir.ErrInvalid, "%s: no pictures (.png, .jpg, .jpeg, .bmp, .webp, .gif) in this folder", dir)
	}
	return list, nil
}

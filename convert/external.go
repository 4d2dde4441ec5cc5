package convert

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/alexconv/alexconv/ir"
)

// sidecars opens the files beside a model that hold its weights (ONNX's external
// data), each once. They are released with the model.
//
// A location is a path with slashes, relative to the model's folder. One that
// is absolute, names a parent folder or leads out of the folder through a
// symbolic link is refused.
type sidecars struct {
	model  *Model
	folder string
	how    access
	opened map[string]*file
}

// sidecars are those of a model in a file; one from standard input has none.
func (m *Model) sidecars(f *file, how access) *sidecars {
	return &sidecars{model: m, folder: filepath.Dir(f.path), how: how, opened: make(map[string]*file)}
}

// open gives the content of the file at a location.
func (s *sidecars) open(ctx context.Context, location string) ([]byte, error) {
	clean := path.Clean(location)
	if clean == "." || path.IsAbs(location) || slices.Contains(strings.Split(location, "/"), "..") || !filepath.IsLocal(filepath.FromSlash(clean)) {
		return nil, ir.Errorf(ir.ErrInvalid, "the location must lie in the model's folder")
	}
	if f := s.opened[clean]; f != nil {
		return f.data, nil
	}
	root, err := os.OpenRoot(s.folder)
	if err != nil {
		return nil, sidecarError(err)
	}
	defer root.Close()
	name := filepath.FromSlash(clean)
	info, err := root.Stat(name)
	switch {
	case err != nil:
		return nil, sidecarError(err)
	case !info.Mode().IsRegular():
		return nil, ir.Errorf(ir.ErrInvalid, "is not a regular file")
	case info.Size() == 0:
		return []byte{}, nil
	}
	handle, err := root.Open(name)
	if err != nil {
		return nil, sidecarError(err)
	}
	f, err := load(ctx, handle, filepath.Join(s.folder, name), s.how)
	if err != nil {
		return nil, err
	}
	s.opened[clean] = f
	s.model.files = append(s.model.files, f)
	s.model.Paths = append(s.model.Paths, f.path)
	return f.data, nil
}

// sidecarError is why a file cannot be opened, without the path that the caller
// names.
func sidecarError(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return ir.Errorf(ir.ErrInvalid, "there is no such file in the model's folder: %w", fs.ErrNotExist)
	}
	return ir.Errorf(ir.ErrInvalid, "cannot be opened in the model's folder: %w", plainCause(err))
}

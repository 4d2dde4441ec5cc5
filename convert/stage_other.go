//go:build !linux

package convert

import (
	"errors"
	"os"
)

// openUnnamed says that there are no files without a name.
func openUnnamed(string) (*os.File, error) { return nil, errors.ErrUnsupported }

// nameUnnamed is not called where openUnnamed opens nothing.
func nameUnnamed(*os.File, string) error { return errors.ErrUnsupported }

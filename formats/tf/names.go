package tf

import (
	"fmt"
	"strings"
)

// names are those taken in a graph.
type names map[string]bool

// free gives the wanted name, or one made of it that is not taken, and takes
// it.
func (n names) free(want string) string {
	name := want
	for i := 2; n[name]; i++ {
		name = fmt.Sprintf("%s_%d", want, i)
	}
	n[name] = true
	return name
}

// legal is a name as TensorFlow accepts it, [A-Za-z0-9.][A-Za-z0-9_./-]*, with
// every other character as an underscore.
func legal(name string) string {
	mapped := strings.Map(func(r rune) rune {
		switch {
		case 'a' <= r && r <= 'z', 'A' <= r && r <= 'Z', '0' <= r && r <= '9', r == '.', r == '_', r == '/', r == '-':
			return r
		}
		return '_'
	}, name)
	if mapped == "" || strings.IndexByte("_/-", mapped[0]) >= 0 {
		return "layer" + mapped
	}
	return mapped
}

package caffe

import "strconv"

// names hands out names that are not taken yet.
type names struct {
	taken map[string]bool
	next  map[string]int // the number to try first behind a name
}

func newNames() *names {
	return &names{taken: make(map[string]bool), next: make(map[string]int)}
}

func (n *names) take(name string) { n.taken[name] = true }

// unique takes the name, or the first free one of name, separator and 2, 3, ...
func (n *names) unique(name, separator string) string {
	fresh := name
	for i := max(n.next[name], 2); n.taken[fresh]; i++ {
		fresh = name + separator + strconv.Itoa(i)
		n.next[name] = i + 1
	}
	n.take(fresh)
	return fresh
}

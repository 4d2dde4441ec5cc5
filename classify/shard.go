package classify

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/alexconv/alexconv/ir"
)

// Shard is a share of a list: the samples whose index leaves the remainder
// Index when it is divided by Of. The zero value is all of the list.
type Shard struct {
	Index int `json:"index"`
	Of    int `json:"of"`
}

// ParseShard reads "i/n". Shards may be counted from 0 to n-1 or from 1 to n:
// n/n is the shard 0/n.
func ParseShard(text string) (Shard, error) {
	first, second, ok := strings.Cut(text, "/")
	index, errIndex := strconv.Atoi(first)
	of, errOf := strconv.Atoi(second)
	if !ok || errIndex != nil || errOf != nil || of < 1 || index < 0 || index > of {
		return Shard{}, ir.Errorf(ir.ErrInvalid, "%q is no shard (want I/N, I from 0 to N-1 or from 1 to N)", text)
	}
	return Shard{Index: index % of, Of: of}, nil
}

// String is the form that [ParseShard] reads.
func (s Shard) String() string { return fmt.Sprintf("%d/%d", s.Index, max(s.Of, 1)) }

// has reports whether an index of the list belongs to the shard.
func (s Shard) has(index int) bool { return index%max(s.Of, 1) == s.Index }

// overlaps reports whether long enough lists have an index that belongs to
// both: by the Chinese remainder theorem, when the remainders agree modulo the
// greatest common divisor.
func (s Shard) overlaps(t Shard) bool {
	a, b := max(s.Of, 1), max(t.Of, 1)
	for b != 0 {
		a, b = b, a%b
	}
	return (s.Index-t.Index)%a == 0
}

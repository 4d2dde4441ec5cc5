package npy

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/alexconv/alexconv/ir"
)

// match assigns the file's entries to layers: by the map, else by name, else,
// where no name agrees, by the numbering of the aliases. The result has a nil
// for a layer that may be missing.
func match(f *weightsFile, layers []layer, o ReadOptions) ([]*entry, error) {
	byName := make(map[string]int)
	for i, l := range layers {
		byName[l.node.Name] = i
	}
	for i, l := range layers {
		byName[l.name] = i
	}
	assigned := make([]*entry, len(layers))
	var rest []*entry
	sameName := false
	for _, e := range f.entries {
		name, mapped := o.Map[e.name]
		if !mapped {
			name = e.name
		}
		i, ok := byName[name]
		switch {
		case !ok && mapped:
			return nil, ir.Errorf(ir.ErrInvalid, "%q is mapped to %q, which is no layer with weights of this model", e.name, name)
		case !ok:
			rest = append(rest, e)
		case assigned[i] != nil:
			return nil, layers[i].node.Errorf(ir.ErrInvalid, "the entries %q and %q of the weights file both name it", assigned[i].name, e.name)
		default:
			assigned[i] = e
			sameName = sameName || !mapped
		}
	}
	if !sameName && len(rest) > 0 {
		rest = matchAliases(rest, layers, assigned)
	}
	if !o.AllowMissing {
		for i, l := range layers {
			if assigned[i] == nil {
				return nil, l.node.Errorf(ir.ErrInvalid, "the weights file has no entry for it; it has %s", names(f.entries))
			}
		}
	}
	if len(rest) > 0 && !o.AllowExtra {
		return nil, ir.Errorf(ir.ErrInvalid, "the weights file has %s, which no layer with weights of this model is called", names(rest))
	}
	return assigned, nil
}

// names lists the first entries for an error message.
func names(entries []*entry) string {
	const most = 8
	if len(entries) == 0 {
		return "no entries"
	}
	var quoted []string
	for _, e := range entries {
		if len(quoted) == most {
			quoted = append(quoted, "...")
			break
		}
		quoted = append(quoted, strconv.Quote(clip(e.name)))
	}
	return strings.Join(quoted, ", ")
}

// aliases are the names that TensorFlow scripts number their layers with: c1
// and d1 (from wc1, bc1, wd1, bd1) before a last one called out, and tflearn's
// Conv2D, Conv2D_1, FullyConnected.
var aliases = regexp.MustCompile(`^(?:w?(c|d)(\d+)|w?(out)|(Conv2D|FullyConnected)(?:_(\d+))?)$`)

// alias is an entry's place in the numbering of its kind.
type alias struct {
	entry          *entry
	fullyConnected bool
	number         uint64
}

func parseAlias(e *entry) (alias, bool) {
	m := aliases.FindStringSubmatch(e.name)
	if m == nil {
		return alias{}, false
	}
	a := alias{entry: e, fullyConnected: m[1] == "d" || m[3] == "out" || m[4] == "FullyConnected"}
	if m[3] == "out" {
		a.number = 1 << 63
		return a, true
	}
	digits := m[2] + m[5]
	if digits == "" {
		return a, true
	}
	n, err := strconv.ParseUint(digits, 10, 32)
	a.number = n
	return a, err == nil
}

// matchAliases assigns entries with aliases in topological order, the
// convolutions' and the fully connected layers' each by themselves. It gives
// back all entries unless each has its layer and no layer is left.
func matchAliases(rest []*entry, layers []layer, assigned []*entry) []*entry {
	var found []alias
	for _, e := range rest {
		a, ok := parseAlias(e)
		if !ok {
			return rest
		}
		found = append(found, a)
	}
	slices.SortStableFunc(found, func(a, b alias) int {
		switch {
		case a.number < b.number:
			return -1
		case a.number > b.number:
			return 1
		}
		return 0
	})
	proposal := make(map[int]*entry)
	for i, l := range layers {
		if assigned[i] != nil {
			continue
		}
		_, fc := l.node.Op.(*ir.FullyConnected)
		_, conv := l.node.Op.(*ir.Conv)
		at := slices.IndexFunc(found, func(a alias) bool { return a.fullyConnected == fc })
		if at < 0 || !fc && !conv {
			return rest
		}
		proposal[i] = found[at].entry
		found = slices.Delete(found, at, at+1)
	}
	if len(found) > 0 {
		return rest
	}
	for i, e := range proposal {
		assigned[i] = e
	}
	return nil
}

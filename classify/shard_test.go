package classify

import "testing"

func TestShardsParse(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"0/4", "0/4"}, {"3/4", "3/4"}, {"4/4", "0/4"}, {"1/1", "0/1"}, {"0/1", "0/1"},
		{"5/4", ""}, {"-1/4", ""}, {"1/0", ""}, {"1", ""}, {"a/b", ""}, {"1/4/2", ""}, {"", ""},
	} {
		s, err := ParseShard(c.text)
		if (err == nil) != (c.want != "") || err == nil && s.String() != c.want {
			t.Errorf("%q: %v, %v, want %q", c.text, s, err, c.want)
		}
	}
}

// TestOverlapIsWhatCountingSays tries every pair of shards of up to six parts on
// a list that is long enough for each pair to meet.
func TestOverlapIsWhatCountingSays(t *testing.T) {
	const long = 60
	for n := 1; n <= 6; n++ {
		for m := 1; m <= 6; m++ {
			for i := range n {
				for j := range m {
					a, b := Shard{i, n}, Shard{j, m}
					meet := false
					for k := range long {
						meet = meet || a.has(k) && b.has(k)
					}
					if a.overlaps(b) != meet {
						t.Errorf("%v and %v: overlap %v", a, b, !meet)
					}
				}
			}
		}
	}
	if !(Shard{}).overlaps(Shard{2, 3}) || !(Shard{}).has(7) {
		t.Error("the zero shard is not everything")
	}
}

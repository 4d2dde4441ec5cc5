package wire

import (
	"strconv"
	"unicode/utf8"
)

// Quote is a string of a file in quotes, shortened and without unprintable
// characters, so that a hostile name cannot fill a screen.
func Quote(s string) string {
	const limit = 80
	if len(s) > limit {
		cut := limit
		for cut > 0 && !utf8.RuneStart(s[cut]) {
			cut--
		}
		s = s[:cut] + "..."
	}
	return strconv.Quote(s)
}

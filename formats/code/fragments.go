package code

import "embed"

// fragments are functions that modules define for themselves, by name.
//
//go:embed fragments/*.py
var fragments embed.FS
